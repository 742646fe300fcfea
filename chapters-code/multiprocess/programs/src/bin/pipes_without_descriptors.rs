//! Sends ends through pipes when descriptors are short: in this process, and on their way in all of this user's.

use std::time::Duration;

use multiprocess::pipe::Sender;
use multiprocess::{Result, SendErrorKind, pipe};
use multiprocess_programs::{os, proc, said};

fn main() -> Result<()> {
    multiprocess_programs::init();
    os::become_nobody();
    let (carrier, carried) = pipe::<Vec<Sender<u32>>>()?;
    let (sender, receiver) = pipe::<u32>()?;
    carrier.send(vec![sender.clone(); 20])?;
    carrier.send(vec![sender.clone(); 2])?;
    let open = proc::descriptors().len() as u64;
    os::limit(libc::RLIMIT_NOFILE, open + 5);
    println!("twenty: {}", said(carried.recv().map(|ends| ends.len())));
    println!("two: {}", said(carried.recv().map(|ends| ends.len())));
    os::limit(libc::RLIMIT_NOFILE, open);
    println!("twenty to send: {}", said(carrier.send(vec![sender.clone(); 20])));
    println!("a pipe: {}", said(pipe::<u32>().map(drop)));
    println!("a long value: {}", said(sender.send_bytes(&[0; 1 << 20])));

    // So many on their way that the kernel takes no more from this user.
    os::limit(libc::RLIMIT_NOFILE, 60);
    let mut sent = 0;
    let full = loop {
        match carrier.try_send(vec![sender.clone(); 10]) {
            Ok(()) => sent += 1,
            Err(error) => break error,
        }
    };
    println!("full: {}, after some: {}", matches!(full.kind, SendErrorKind::Full), (3..20).contains(&sent));
    let late =
        carrier.send_timeout(full.into_value(), Duration::from_millis(20)).expect_err("nobody receives");
    println!("late: {}", matches!(late.kind, SendErrorKind::TimedOut));
    drop(late);
    let received = carried.try_iter().filter(|ends| ends.as_ref().is_ok_and(|ends| ends.len() == 10));
    println!("received: {}", received.count() == sent);
    println!("again: {}", said(carrier.send(vec![sender])));
    drop((carrier, carried));
    println!("the end: {}", said(receiver.recv()));
    Ok(())
}
