//! The checks, each in the folder of its exercise.

#[path = "../exercises/choice_ignored/check.rs"]
pub(crate) mod choice_ignored;
#[path = "../exercises/leaves_zombies/check.rs"]
pub(crate) mod leaves_zombies;
#[path = "../exercises/one_method_for_all/check.rs"]
pub(crate) mod one_method_for_all;
#[path = "../exercises/one_request_ends_all/check.rs"]
pub(crate) mod one_request_ends_all;
#[path = "../exercises/table_made_by_each/check.rs"]
pub(crate) mod table_made_by_each;
