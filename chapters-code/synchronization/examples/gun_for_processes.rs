use multiprocess::Process;
use multiprocess::sync::Event;

fn run(runner: u32, gun: Event) {
    gun.wait();
    println!("runner {runner} runs");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let gun = Event::new()?;
    let start = |n| Process::new(run, (n, gun.clone())).start();
    let mut runners = vec![start(1)?, start(2)?];
    println!("bang");
    gun.set();
    runners.push(start(3)?); // comes late, and finds the event set
    for runner in &mut runners {
        runner.join()?;
    }
    gun.clear();
    println!("set for the next race: {}", gun.is_set());
    Ok(())
}
