//! A child lists its descriptors, and so does a program that it starts; the parent holds some that are inheritable.

use std::process::Command;

use multiprocess::{Process, Result};
use multiprocess_programs::{CHILD, os, proc, show};

fn own() -> Vec<String> {
    proc::descriptors().into_iter().map(|(fd, what)| format!("{fd} {what}")).collect()
}

fn of_a_program() -> (String, bool) {
    // The shell's own, by which it reads the list, is 3.
    let listed =
        Command::new("/bin/sh").args(["-c", "cd /proc/$$/fd && echo *"]).output().expect("a shell runs");
    let told = Command::new("/usr/bin/env").output().expect("env runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    (text(&listed.stdout), text(&told.stdout).contains(CHILD))
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    for number in [0, 3, 4, 5, 6, 7, 8, 9, 20, 100, 200] {
        os::open_inheritable("/proc/version", number);
    }
    show(Process::new(own, ()).start()?.join());
    show(Process::new(of_a_program, ()).start()?.join());
    Ok(())
}
