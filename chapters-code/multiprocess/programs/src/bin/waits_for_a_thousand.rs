//! A thousand children at once in a process that may have 2048 descriptors: started, waited for, and joined. Then as many
//! as it takes to reach the limit.

use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use multiprocess::{Child, Process, Result, StartError, wait};
use multiprocess_programs::meeting::{Gate, pass};
use multiprocess_programs::{os, proc, show};

fn number(n: u32) -> u32 {
    pass("gate");
    n
}

fn ready(children: &[Child<u32>], timeout: Duration) -> Result<Vec<usize>> {
    let things: Vec<BorrowedFd<'_>> = children.iter().map(AsFd::as_fd).collect();
    Ok(wait(&things, Some(timeout))?)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    os::limit(libc::RLIMIT_NOFILE, 2048);
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let gate = Gate::new("gate");
    let start = |n: u32| Process::new(number, (n,)).start();
    let mut children = (0..1000).map(start).collect::<std::result::Result<Vec<_>, _>>()?;
    assert_eq!(proc::descriptors().len(), before.len() + 2001, "two for each child, and the gate");
    println!("ready: {:?}", ready(&children, Duration::ZERO)?);
    children[617].kill()?;
    println!("ready: {:?}", ready(&children, Duration::MAX)?);
    show(children.remove(617).join());
    let error = loop {
        match start(0) {
            Ok(child) => children.push(child),
            Err(error) => break error,
        }
        assert!(children.len() < 1024);
    };
    println!("{}", matches!(error, StartError::System { .. }));
    println!("{}", format!("{error:?}").ends_with(": Too many open files (os error 24)"));
    gate.open();
    let mut sum = 0;
    while !children.is_empty() {
        for index in ready(&children, Duration::MAX)?.into_iter().rev() {
            sum += children.swap_remove(index).join()?;
        }
    }
    println!("{sum}");
    assert_eq!(proc::descriptors(), before);
    assert_eq!(proc::children(), []);
    Ok(())
}
