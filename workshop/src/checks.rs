//! The checks, each in the folder of its exercise.

#[path = "../exercises/leaves_zombies/check.rs"]
pub(crate) mod leaves_zombies;
#[path = "../exercises/table_made_by_each/check.rs"]
pub(crate) mod table_made_by_each;
