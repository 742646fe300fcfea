//! What a child gets from its parent: standard input, signals, environment, working directory. The child is entered
//! before `main`, so what Rust's runtime does just before `main` is not what is seen.

use std::io::Read;

use multiprocess::{Process, Result};
use multiprocess_programs::{os, proc, show};

#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Found {
    stdin: String,
    blocked: bool,
    same_mask: bool,
    caught: String,
    ignored: bool,
    sigpipe_ignored: bool,
    variable: Option<String>,
    folder: String,
}

fn look(mask: String) -> Found {
    let mut stdin = String::new();
    std::io::stdin().read_to_string(&mut stdin).expect("standard input is open");
    Found {
        stdin,
        blocked: proc::holds_signal("SigBlk", libc::SIGUSR1),
        same_mask: proc::status("SigBlk") == mask,
        caught: [libc::SIGUSR2, libc::SIGCHLD, libc::SIGTERM]
            .map(|signal| proc::holds_signal("SigCgt", signal).to_string())
            .join(" "),
        ignored: proc::holds_signal("SigIgn", libc::SIGHUP),
        sigpipe_ignored: proc::holds_signal("SigIgn", libc::SIGPIPE),
        variable: std::env::var("INHERITED").ok(),
        folder: std::env::current_dir().expect("there is one").display().to_string(),
    }
}

multiprocess::init_before_main!();

fn main() -> Result<()> {
    multiprocess_programs::choose_start_method();
    os::open_inheritable("/proc/version", 0);
    os::block(libc::SIGUSR1);
    os::handle(libc::SIGUSR2);
    os::ignore(libc::SIGHUP);
    std::env::set_current_dir("/proc/sys").expect("/proc is mounted");
    show(Process::new(look, (proc::status("SigBlk"),)).start()?.join());
    Ok(())
}
