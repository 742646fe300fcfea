//! Has a forkserver that is stopped, loses the right to signal it, as the variation says, and exits.
//!
//! - `for good`: the program has been root and is no longer.
//! - `in a sandbox`: the kernel refuses the call that signals.

use multiprocess::Process;
use multiprocess_programs::os::{self, rights, sandbox};
use multiprocess_programs::{proc, run, show, variation};

fn main() {
    multiprocess_programs::init();
    show(run(&Process::new(|| 42, ())));
    os::kill(proc::forkserver().expect("it has forked a child"), libc::SIGSTOP);
    match variation().as_str() {
        "for good" => assert!(rights::become_ordinary(), "the test runs this as root only"),
        "in a sandbox" => sandbox::refuse(sandbox::call("pidfd_send_signal"), libc::EPERM),
        other => panic!("no way {other:?} to lose a right"),
    }
}
