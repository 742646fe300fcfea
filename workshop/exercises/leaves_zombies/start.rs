use std::{thread::sleep, time::Duration};

use multiprocess::{Child, Process, Result, wait};

fn square(task: u32) -> u32 {
    sleep(Duration::from_millis(200) / task); // represents work; the first task has the most
    task * task
}

/// How many children of this process have ended and not been collected.
fn zombies() -> usize {
    let me = std::process::id().to_string();
    let stats = std::fs::read_dir("/proc")
        .expect("/proc is mounted")
        .filter_map(|entry| std::fs::read_to_string(entry.ok()?.path().join("stat")).ok());
    // After the program's name, in parentheses, come the state and the parent's pid.
    let states = stats.filter_map(|stat| Some(stat.rsplit_once(") ")?.1.to_owned()));
    states.filter(|rest| rest.starts_with(&format!("Z {me} "))).count()
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut running: Vec<Child<u32>> = Vec::new();
    for task in 1..=10 {
        running.push(Process::new(square, (task,)).start()?);
    }
    let mut ended = Vec::new();
    while !running.is_empty() {
        let sentinels: Vec<_> = running.iter().map(|child| child.sentinel()).collect();
        for place in wait(&sentinels, None)?.into_iter().rev() {
            let child = running.remove(place);
            println!("{} has ended", child.name());
            ended.push(child);
        }
    }
    println!("all have ended, zombies: {}", zombies());
    let mut sum = 0;
    for child in &mut ended {
        sum += child.join()?;
    }
    println!("sum: {sum}");
    Ok(())
}
