//! A program that copies itself four times and goes on in all five: each starts and joins children while the others do.
//! With `after a start` it has started one before.

use multiprocess::{Process, Result, active_children};
use multiprocess_programs::meeting::{Gate, pass};
use multiprocess_programs::{os, repeats, run, said, variation};

fn answer(copy: u32, round: u32) -> (u32, u32, u32) {
    (copy, round, std::process::id())
}

/// Starts two at a time, so that one is joined while another has been started.
fn serve(copy: u32) -> Result<()> {
    assert_eq!(active_children().len(), 0, "copy {copy} has started none");
    for round in 0..repeats(20) {
        let mut one = Process::new(answer, (copy, round)).start()?;
        let mut other = Process::new(answer, (copy, round + 1)).start()?;
        assert_eq!(other.join()?, (copy, round + 1, other.pid()), "copy {copy}, round {round}, the second");
        assert_eq!(one.join()?, (copy, round, one.pid()), "copy {copy}, round {round}, the first");
    }
    Ok(())
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    if variation() == "after a start" {
        run(&Process::new(|| (), ()))?;
    }
    let gate = Gate::new("gate");
    let mut copies = Vec::new();
    for copy in 1..=4 {
        match os::fork() {
            Some(pid) => copies.push(pid),
            None => {
                pass("gate");
                let served = serve(copy);
                if served.is_err() {
                    eprintln!("copy {copy}: {}", said(served));
                    std::process::exit(1);
                }
                std::process::exit(0);
            }
        }
    }
    gate.open();
    println!("the original: {}", said(serve(0)));
    for copy in copies {
        println!("a copy: {}", os::end_of(copy));
    }
    println!("afterwards: {}", said(run(&Process::new(|| 42, ()))));
    Ok(())
}
