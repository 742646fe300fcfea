//! Children by every method whose children are started by every method, all at once, beside a forkserver with a child that
//! stands by; and then a child by every method, to see that the others have taken nothing away.

use std::process;

use multiprocess::{Process, Result, StartMethod, parent_process};
use multiprocess_programs::{os, repeats, run, said};

fn methods() -> [StartMethod; 3] {
    [StartMethod::spawn(), os::fork_method(), StartMethod::forkserver()]
}

fn answer(number: u32) -> (u32, u32) {
    (number, parent_process().expect("a child has a parent").pid())
}

/// Starts a child by each method before it joins any of them; how many there were, or what went wrong.
fn start_all() -> std::result::Result<usize, String> {
    let mut children = Vec::new();
    for (number, method) in (0..).zip(methods()) {
        let child = Process::new(answer, (number,)).start_method(method).start();
        children.push((number, method, child.map_err(|error| format!("{method}: {error}"))?));
    }
    for (number, method, child) in &mut children {
        let joined = child.join().map_err(|error| format!("{method}: {error}"))?;
        if joined != (*number, process::id()) {
            return Err(format!("{method}: {joined:?} of {number}"));
        }
    }
    Ok(children.len())
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    run(&Process::new(|| (), ()).start_method(StartMethod::forkserver()))?;
    for _ in 0..repeats(5) {
        let mut children = Vec::new();
        for method in methods() {
            children.push((method, Process::new(start_all, ()).start_method(method).start()?));
        }
        for (method, child) in &mut children {
            println!("{method}: {}", said(child.join()));
        }
        println!("main: {}", said(start_all()));
    }
    Ok(())
}
