//! What comes of a set-user-ID program, or one with file capabilities, that uses the library: `PRIVILEGED` names such a copy of this
//! program, and the variation says who starts children. Each target notes that it runs, and gives the rights that it runs with.
//!
//! - `forges`: an ordinary user's program names the copy as the executable of its children.
//! - `starts`: an ordinary user runs the copy, which starts children of its own.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use multiprocess::{Process, set_executable};
use multiprocess_programs::notes::note;
use multiprocess_programs::os::rights;
use multiprocess_programs::{run, show, variation};

fn target() -> (String, String) {
    note("the target runs");
    let all = rights::all();
    (all["users"].clone(), all["CapEff"].clone())
}

fn privileged() -> PathBuf {
    std::env::var_os("PRIVILEGED").expect("PRIVILEGED names a program").into()
}

fn main() -> multiprocess::Result<()> {
    if variation() == "starts" && !rights::are_raised() {
        assert!(rights::become_ordinary(), "the test runs this as root only");
        panic!("{}", Command::new(privileged()).arg("starts").arg("raised").exec());
    }
    multiprocess_programs::init();
    if variation() == "forges" {
        assert!(rights::become_ordinary(), "the test runs this as root only");
        set_executable(Some(privileged()))?;
    }
    show(run(&Process::new(target, ())));
    Ok(())
}
