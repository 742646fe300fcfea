use std::path::Path;
use std::sync::{Barrier, Mutex};
use std::{fs, io, thread};

use multiprocess::pipe::Sender;
use multiprocess::{Process, Result, pipe};
use nix::libc::SYS_futex;

// ANCHOR: hangs
static ANN: Mutex<u64> = Mutex::new(100);
static BEN: Mutex<u64> = Mutex::new(100);
static BOTH_HOLD_ONE: Barrier = Barrier::new(2);

fn transfer(from: &Mutex<u64>, to: &Mutex<u64>) {
    let mut payer = from.lock().expect("no holder has panicked");
    BOTH_HOLD_ONE.wait();
    let mut payee = to.lock().expect("no holder has panicked");
    (*payer, *payee) = (*payer - 10, *payee + 10);
}

fn hang(locks: Sender<[usize; 2]>) {
    let addresses = [&ANN, &BEN].map(|lock| (&raw const *lock).addr());
    locks.send(addresses).expect("the parent is there");
    let start = |name: &str, run: fn()| {
        let thread = thread::Builder::new().name(name.into());
        thread.spawn(run).expect("a thread can be started")
    };
    start("Ann pays", || transfer(&ANN, &BEN));
    let last = start("Ben pays", || transfer(&BEN, &ANN));
    last.join().expect("it does not panic");
}
// ANCHOR_END: hangs

// ANCHOR: finds
/// The address of the futex that a thread sleeps at.
fn futex(thread: &Path) -> io::Result<Option<usize>> {
    let call = fs::read_to_string(thread.join("syscall"))?;
    let mut fields = call.split_whitespace();
    if fields.next() != Some(&SYS_futex.to_string()) {
        return Ok(None); // it runs, or is in another call
    }
    let first = fields.next().and_then(|field| field.strip_prefix("0x"));
    Ok(first.and_then(|hex| usize::from_str_radix(hex, 16).ok()))
}

fn waits(pid: u32, locks: [usize; 2]) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        let thread = thread?.path();
        let name = fs::read_to_string(thread.join("comm"))?;
        let futex = futex(&thread)?.unwrap_or(0);
        for (lock, whose) in locks.into_iter().zip(["Ann's", "Ben's"]) {
            if (lock..lock + size_of::<Mutex<u64>>()).contains(&futex) {
                let name = name.trim();
                found.push(format!("{name:?} waits for {whose} lock"));
            }
        }
    }
    found.sort();
    Ok(found)
}
// ANCHOR_END: finds

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, receiver) = pipe()?;
    let mut child = Process::new(hang, (sender,)).start()?;
    let locks = receiver.recv()?;
    let found = loop {
        let found = waits(child.pid(), locks).expect("its /proc is readable");
        if found.len() == 2 {
            break found;
        }
        thread::yield_now();
    };
    println!("{}", found.join("\n"));
    child.kill()?;
    let _killed = child.join();
    Ok(())
}
