//! A parent that has closed its standard descriptors, as a Unix daemon does; its children list theirs. They are entered
//! before `main`, where Rust's runtime has not yet put `/dev/null` in the place of what is missing.

use std::fs::File;
use std::io::Write;
use std::os::fd::AsRawFd;

use multiprocess::Process;
use multiprocess_programs::{os, proc, variation};

multiprocess::init_before_main!();

fn own() -> Vec<String> {
    proc::descriptors().into_iter().map(|(fd, what)| format!("{fd} {what}")).collect()
}

fn main() {
    multiprocess_programs::choose_start_method();
    let report = std::env::var_os("REPORT").expect("REPORT names a file");
    let mut report = File::create(report).expect("it can be made");
    assert!(report.as_raw_fd() > 2);
    for number in variation().split(',').map(|number| number.parse().expect("descriptors by number")) {
        os::close(number);
    }
    for _ in 0..2 {
        let mut child = Process::new(own, ()).start().expect("it starts");
        // Nobody reads this, and that is no reason to panic, whatever lies at 1 while the child runs.
        println!("a line");
        writeln!(report, "{:?}", child.join()).expect("there is room");
    }
    writeln!(report, "done").expect("there is room");
}
