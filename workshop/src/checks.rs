//! The checks, each in the folder of its exercise.

#[path = "../exercises/counted_in_turn/check.rs"]
pub(crate) mod counted_in_turn;
#[path = "../exercises/deadline_moves_on/check.rs"]
pub(crate) mod deadline_moves_on;
#[path = "../exercises/digits_depend_on_processes/check.rs"]
pub(crate) mod digits_depend_on_processes;
#[path = "../exercises/draft_left_behind/check.rs"]
pub(crate) mod draft_left_behind;
#[path = "../exercises/hangs_beside_a_thread/check.rs"]
pub(crate) mod hangs_beside_a_thread;
#[path = "../exercises/journal_left_open/check.rs"]
pub(crate) mod journal_left_open;
#[path = "../exercises/leaves_zombies/check.rs"]
pub(crate) mod leaves_zombies;
#[path = "../exercises/one_cpu_is_slow/check.rs"]
pub(crate) mod one_cpu_is_slow;
#[path = "../exercises/ready_too_early/check.rs"]
pub(crate) mod ready_too_early;
#[path = "../exercises/report_comes_twice/check.rs"]
pub(crate) mod report_comes_twice;
#[path = "../exercises/takes_six_graces/check.rs"]
pub(crate) mod takes_six_graces;
#[path = "../exercises/wins_by_giving_up/check.rs"]
pub(crate) mod wins_by_giving_up;
