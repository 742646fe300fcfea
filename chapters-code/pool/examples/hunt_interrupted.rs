use multiprocess::{Pool, Result};
use nix::sys::signal::{Signal::SIGINT, raise};

fn hunt(notes: Vec<usize>) -> usize {
    let (mut at, mut steps) = (0, 0);
    while at < notes.len() {
        at = notes[at];
        steps += 1;
    }
    steps
}

fn main() -> Result<()> {
    multiprocess::init();
    let hunts = [vec![2, 3, 1], vec![1, 2, 0], vec![1, 2]];
    let pool = Pool::builder().workers(1).end_on_interrupt().start()?;
    let mut done = 0;
    for steps in pool.imap(hunt, hunts).flatten() {
        println!("treasure found after {steps} notes");
        done += 1;
        raise(SIGINT).expect("SIGINT can be sent"); // stands for Ctrl-C
    }
    if pool.is_interrupted() {
        println!("interrupted: {done} of 3 hunts are done");
        std::process::exit(130);
    }
    Ok(())
}
