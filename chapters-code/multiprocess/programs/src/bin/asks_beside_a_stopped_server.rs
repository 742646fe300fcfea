//! Asks for children that run and that have ended while their forkserver is stopped, and prints which questions take
//! longer than they may, each time.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use multiprocess::{Process, Result, wait};
use multiprocess_programs::meeting::{Gate, pass};
use multiprocess_programs::questions::{QUESTIONS, Question};
use multiprocess_programs::{os, proc, repeats, said};

/// What may keep a question that waits for nothing from being answered is a busy machine.
const AT_ONCE: Duration = Duration::from_millis(50);

const PATIENCE: Duration = Duration::from_secs(10);

fn end(number: u32) -> u32 {
    pass("gate");
    number
}

fn run_on(number: u32) -> u32 {
    pass("late gate");
    number
}

fn wait_until_stopped(pid: u32) {
    let until = Instant::now() + PATIENCE;
    while proc::state(pid) != Some('T') {
        assert!(Instant::now() < until, "the forkserver does not stop");
        std::thread::yield_now();
    }
}

/// How long the question takes for a child that has ended, or runs, since its server was stopped.
fn measure((_, ask): Question, ended: bool) -> Result<Duration> {
    let (gate, late) = (Gate::new("gate"), Gate::new("late gate"));
    let child = if ended { Process::new(end, (7,)).start()? } else { Process::new(run_on, (7,)).start()? };
    let server = proc::forkserver().expect("the forkserver runs");
    os::kill(server, libc::SIGSTOP);
    wait_until_stopped(server);
    gate.open();
    if ended {
        wait(&[child.as_fd()], Some(PATIENCE))?;
    }
    let from = Instant::now();
    let child = ask(child);
    let took = from.elapsed();
    os::kill(server, libc::SIGCONT);
    late.open();
    if let Some(mut child) = child {
        let joined = said(child.join());
        assert_eq!(joined, "Ok(7)");
    }
    Ok(took)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    for ended in [false, true] {
        let mut slow = Vec::new();
        for question in QUESTIONS {
            // A busy machine is slow now and then; one that waits for the server is so each time.
            let mut took = (0..repeats(3)).map(|_| measure(question, ended)).collect::<Result<Vec<_>>>()?;
            took.sort();
            if took[0] > AT_ONCE {
                slow.push(question.0);
                eprintln!("{} took {:?} at least", question.0, took[0]);
            }
        }
        println!("{}, slow: {slow:?}", if ended { "ended" } else { "running" });
    }
    Ok(())
}
