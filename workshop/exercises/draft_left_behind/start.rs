use multiprocess::{Process, Result};
use nix::sys::signal::{Signal, raise};
use serde::{Serialize, de::DeserializeOwned};
use std::fs::{self, File};
use std::io::Write;
use std::{env, process};

const DRAFT: &str = "report.draft";

/// Writes the report, or returns why there is none. `way` says how it goes,
/// and stands in for code that crashes now and then.
fn report(way: String) -> Result<(), String> {
    if way == "nothing" {
        return Err("there is nothing to report".to_owned());
    }
    let mut draft = File::create_new(DRAFT).expect("no other draft exists");
    writeln!(draft, "first half").expect("the draft can be written");
    match way.as_str() {
        "killed" => raise(Signal::SIGKILL).expect("a process can signal itself"),
        "panics" => panic!("out of luck"),
        "exits" => process::exit(3), // the disk is full, so a retry is useless
        _ => {}
    }
    writeln!(draft, "second half").expect("the draft can be written");
    fs::rename(DRAFT, "report").expect("the draft still exists");
    Ok(())
}

/// Starts a process, and another one in its place when it has crashed, up to
/// `times` in all. Returns the result of the last one.
fn retry<R>(times: usize, make: impl Fn(usize) -> Process<R>) -> Result<R>
where
    R: Serialize + DeserializeOwned,
{
    for attempt in 1..times {
        if let Ok(answer) = make(attempt).start()?.join() {
            return Ok(answer);
        }
    }
    Ok(make(times).start()?.join()?)
}

fn main() -> Result<()> {
    multiprocess::init();
    // How the attempts go. An attempt without an argument succeeds.
    let ways: Vec<String> = env::args().collect();
    let way = |attempt| ways.get(attempt).cloned().unwrap_or_default();
    let make = |attempt| Process::new(report, (way(attempt),));
    match retry(3, make)? {
        Ok(()) => println!("the report is written"),
        Err(reason) => println!("{reason}"),
    }
    Ok(())
}
