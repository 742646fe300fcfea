//! The checks, each in the folder of its exercise.

#[path = "../exercises/digits_depend_on_processes/check.rs"]
pub(crate) mod digits_depend_on_processes;
#[path = "../exercises/hangs_beside_a_thread/check.rs"]
pub(crate) mod hangs_beside_a_thread;
#[path = "../exercises/leaves_zombies/check.rs"]
pub(crate) mod leaves_zombies;
#[path = "../exercises/one_cpu_is_slow/check.rs"]
pub(crate) mod one_cpu_is_slow;
#[path = "../exercises/report_comes_twice/check.rs"]
pub(crate) mod report_comes_twice;
