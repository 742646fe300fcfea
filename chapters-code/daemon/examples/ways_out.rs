use multiprocess::Process;
use nix::libc::_exit;
use nix::sys::signal::{SigSet, Signal, raise};
use std::process::{abort, exit};

// ANCHOR: daemon
fn daemon() {
    let told = SigSet::from(Signal::SIGTERM).wait();
    told.expect("one signal to wait for");
    println!("  its daemon was told to end");
}
// ANCHOR_END: daemon

// ANCHOR: ways
fn parent(way: String) {
    Process::new(daemon, ()).daemon(true).start().expect("it starts");
    match way.as_str() {
        "return" => {}
        "panic" => panic!("as asked"),
        "exit" => exit(3),
        "exit on a thread" => drop(std::thread::spawn(|| exit(3)).join()),
        // SAFETY: it ends this process.
        "_exit" => unsafe { _exit(3) },
        "abort" => abort(),
        "SIGINT" => raise(Signal::SIGINT).expect("it may be raised"),
        other => unreachable!("{other}"),
    }
}

const WAYS: [&str; 7] = ["return", "panic", "exit", "exit on a thread", "_exit", "abort", "SIGINT"];
// ANCHOR_END: ways

// ANCHOR: main
fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    // A daemon inherits this: it can wait for SIGTERM and is not ended by it.
    let told = SigSet::from(Signal::SIGTERM);
    told.thread_block().expect("a signal can be held back");
    for way in WAYS {
        println!("{way}:");
        let ended = Process::new(parent, (way.to_owned(),)).start()?.join();
        println!("  {}", ended.map_or_else(|e| e.to_string(), |()| "it returned".to_owned()));
    }
    Ok(())
}
// ANCHOR_END: main
