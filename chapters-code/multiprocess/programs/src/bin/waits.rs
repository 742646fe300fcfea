//! Waits for children, sentinels, pipes and sockets: which of them are ready, and how long it takes until one is.

use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use multiprocess::{Process, Result, active_children, wait};
use multiprocess_programs::meeting::stay;
use multiprocess_programs::{os, show};

fn main() -> Result<()> {
    multiprocess_programs::init();
    let running = Process::new(stay, ()).daemon(true).start()?;
    let mut joined = Process::new(|| (), ()).start()?;
    joined.join()?;
    let ended = Process::new(|| (), ()).start()?;
    wait(&[ended.sentinel()], None)?;
    let (readable, mut to_readable) = io::pipe().expect("a pipe");
    to_readable.write_all(b"x").expect("room");
    let (empty, _to_empty) = io::pipe().expect("a pipe");
    let (closed, to_closed) = io::pipe().expect("a pipe");
    drop(to_closed);
    let (full, mut from_full) = UnixStream::pair().expect("sockets");
    from_full.write_all(b"x").expect("room");
    let (quiet, _other) = UnixStream::pair().expect("sockets");
    let (left, from_left) = UnixStream::pair().expect("sockets");
    drop(from_left);
    let active = active_children();
    let things: Vec<BorrowedFd<'_>> = vec![
        running.as_fd(),
        joined.as_fd(),
        ended.sentinel(),
        readable.as_fd(),
        empty.as_fd(),
        closed.as_fd(),
        full.as_fd(),
        quiet.as_fd(),
        left.as_fd(),
        active[0].as_fd(),
        ended.as_fd(),
    ];
    println!("ready: {:?}", wait(&things, None)?);
    println!("ready: {:?}", wait(&things, Some(Duration::ZERO))?);
    println!("ready: {:?}", wait(&things, Some(Duration::MAX))?);
    let none = [running.as_fd(), empty.as_fd(), quiet.as_fd()];
    os::handle(libc::SIGALRM);
    for alarms in [false, true] {
        if alarms {
            os::alarm_every(1000);
        }
        for things in [&none[..], &[]] {
            let begun = Instant::now();
            println!("ready: {:?}", wait(things, Some(Duration::from_millis(60)))?);
            assert!(begun.elapsed() >= Duration::from_millis(60), "{:?}", begun.elapsed());
        }
    }
    os::alarm_every(0);
    running.kill()?;
    println!("ready: {:?}", wait(&none, None)?);
    os::limit(libc::RLIMIT_NOFILE, 100);
    show(wait(&[empty.as_fd(); 100], Some(Duration::ZERO)));
    show(wait(&[empty.as_fd(); 101], Some(Duration::ZERO)));
    Ok(())
}
