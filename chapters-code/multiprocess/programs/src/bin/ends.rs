//! A child that ends in the way that the variation names.

use std::os::unix::process::CommandExt;
use std::process::{Command, abort, exit};

use multiprocess::{Process, Result};
use multiprocess_programs::{os, show, variation};

#[expect(unconditional_recursion, reason = "it is what is asked for")]
fn overflow(depth: u64) -> u64 {
    std::hint::black_box(overflow(depth + 1)) + depth
}

extern "C" fn exit_with_5() {
    os::exit_now(5);
}

extern "C" fn be_killed() {
    os::kill_self(libc::SIGKILL);
}

fn end(how: String) -> std::result::Result<String, String> {
    let (word, number) = how.split_once(' ').unwrap_or((&how, ""));
    let number = number.parse().unwrap_or(0);
    match if number == 0 && word != "exit" { &how } else { word } {
        "value" => return Ok("a value".to_owned()),
        "error" => return Err("an error".to_owned()),
        "exit" => exit(number),
        "handler exits" => {
            os::at_exit(exit_with_5);
            return Ok("a value".to_owned());
        }
        "handler kills" => {
            os::at_exit(be_killed);
            return Ok("a value".to_owned());
        }
        "abort" => abort(),
        "segfault" => drop(os::segfault()),
        "signal" => os::kill_self(number),
        "thread" => {
            let ended = std::thread::spawn(|| panic!("in a second thread")).join();
            return Ok(format!("the thread panicked: {}", ended.is_err()));
        }
        "stack overflow" => drop(overflow(0)),
        "exec" => drop(Command::new("/bin/sh").args(["-c", "exit 7"]).exec()),
        "exit-on-thread" => drop(std::thread::spawn(move || exit(number)).join()),
        other => panic!("no ending {other:?}"),
    }
    unreachable!("the process has ended")
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    show(Process::new(end, (variation(),)).start()?.join());
    Ok(())
}
