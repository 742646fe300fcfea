use multiprocess::Process;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;
use std::{env, process, thread::sleep, time::Duration};

/// Saves one version after the other, as long as the program runs.
fn save() {
    for version in 1.. {
        println!("version {version} is begun");
        sleep(Duration::from_millis(10)); // stands in for a long write
        println!("version {version} is saved");
        if version == 3 {
            kill(Pid::parent(), Signal::SIGUSR1).expect("the parent is waiting");
        }
    }
    println!("the journal is closed");
}

/// The work of the program. It may end the program, in more than one way.
fn work(way: &str) {
    if way == "nothing" {
        return;
    }
    let third = SigSet::from(Signal::SIGUSR1).wait();
    third.expect("SIGUSR1 can be awaited");
    match way {
        "exits" => process::exit(3),
        "panics" => panic!("out of luck"),
        _ => {}
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let third = SigSet::from(Signal::SIGUSR1);
    third.thread_block().expect("SIGUSR1 can be blocked");
    Process::new(save, ()).daemon(true).start()?;
    work(&env::args().nth(1).unwrap_or_default());
    Ok(())
}
