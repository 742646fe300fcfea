use multiprocess::{Process, Result};
use nix::sys::signal::{SigSet, Signal, kill, raise};
use nix::unistd::Pid;
use std::process::{abort, exit};

// ANCHOR: daemon
fn wait_for(signal: Signal) {
    SigSet::from(signal).wait().expect("the signal can be awaited");
}

fn daemon() {
    kill(Pid::parent(), Signal::SIGUSR1).expect("the parent is waiting");
    wait_for(Signal::SIGTERM);
    println!("  its daemon was told to end");
}
// ANCHOR_END: daemon

// ANCHOR: parent
fn parent(way: String) {
    Process::new(daemon, ()).daemon(true).start().expect("the daemon starts");
    wait_for(Signal::SIGUSR1);
    match way.as_str() {
        "return" => {}
        "panic" => panic!("as asked"),
        "exit" => exit(3),
        "exit on a thread" => drop(std::thread::spawn(|| exit(3)).join()),
        // SAFETY: it ends this process.
        "_exit" => unsafe { nix::libc::_exit(3) },
        "abort" => abort(),
        _ => raise(Signal::SIGINT).expect("SIGINT can be raised"),
    }
}
// ANCHOR_END: parent

const WAYS: [&str; 7] = [
    "return",
    "panic",
    "exit",
    "exit on a thread",
    "_exit",
    "abort",
    "SIGINT",
];

fn main() -> Result<()> {
    multiprocess::init();
    let both = Signal::SIGTERM | Signal::SIGUSR1;
    both.thread_block().expect("signals can be blocked");
    for way in WAYS {
        println!("{way}:");
        if let Err(ended) =
            Process::new(parent, (way.to_owned(),)).start()?.join()
        {
            println!("  {ended}");
        }
    }
    Ok(())
}
