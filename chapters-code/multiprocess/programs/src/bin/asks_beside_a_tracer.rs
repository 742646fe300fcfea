//! Asks for a child that has ended while another process traces it, which is the first to collect it and takes its time.
//! Prints which questions wait for that, and what a join gives afterwards.

use std::io::pipe;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use multiprocess::{Process, Result, wait};
use multiprocess_programs::meeting::{Gate, Place, arrive, pass};
use multiprocess_programs::questions::QUESTIONS;
use multiprocess_programs::{os, said};

/// What may keep a question that waits for nothing from being answered is a busy machine.
const AT_ONCE: Duration = Duration::from_millis(500);

/// How long the tracer takes when it is not told that the question has been answered.
const TAKES: Duration = Duration::from_secs(2);

fn end() -> u32 {
    pass("gate");
    7
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    for (name, ask) in QUESTIONS {
        let gate = Gate::new("gate");
        let place = Place::new(&format!("traced for {name}"));
        let child = Process::new(end, ()).start()?;
        let (told, tells) = pipe().expect("a pipe or a pair of sockets can be made");
        let Some(tracer) = os::fork() else {
            drop(tells);
            let traces = os::trace(child.pid());
            arrive(&format!("traced for {name}"));
            let _ = wait(&[told.as_fd()], Some(TAKES));
            os::exit_now(i32::from(!traces));
        };
        drop(told);
        place.wait();
        gate.open();
        wait(&[child.as_fd()], Some(Duration::from_secs(10)))?;
        let from = Instant::now();
        let child = ask(child);
        let took = from.elapsed();
        drop(tells);
        if os::end_of(tracer).code() != Some(0) {
            println!("not possible: a process may not trace another");
            return Ok(());
        }
        let joined = child.map(|mut child| said(child.join()));
        println!(
            "{name} {} {}",
            if took > AT_ONCE { "waits" } else { "answers" },
            joined.unwrap_or_default()
        );
    }
    Ok(())
}
