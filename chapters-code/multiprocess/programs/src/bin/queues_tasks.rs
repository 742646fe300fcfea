//! Kills workers of a queue of tasks at random moments. A join never hangs, and reports each task that is lost.

use std::time::{Duration, Instant};

use multiprocess::queue::{JoinableReceiver, Sender, joinable_queue, queue};
use multiprocess::{JoinErrorKind, Process, Result, TasksError};
use multiprocess_programs::random::Random;
use multiprocess_programs::{proc, repeats};

const LONG: Duration = Duration::from_secs(30);
const BOUNDED: Duration = Duration::from_secs(5);
const TASKS: u32 = 40;

fn work(tasks: JoinableReceiver<u32>, notes: Sender<u32>, begun: Sender<()>) {
    begun.send(()).expect("the parent listens");
    for task in &tasks {
        // Half of them take a while.
        if task.is_multiple_of(2) {
            let until = Instant::now() + Duration::from_micros(20);
            while Instant::now() < until {
                std::hint::spin_loop();
            }
        }
        notes.send(*task).expect("the parent listens");
        task.done();
    }
}

/// Joins, and says how many tasks are lost.
fn join(sender: &multiprocess::queue::JoinableSender<u32>) -> u64 {
    let begun = Instant::now();
    let lost = match sender.join_timeout(LONG) {
        Ok(()) => 0,
        Err(TasksError::Abandoned { tasks }) => tasks,
        Err(error) => panic!("{error:?}"),
    };
    assert!(begun.elapsed() < BOUNDED, "{:?}", begun.elapsed());
    lost
}

fn round(random: &mut Random) -> Result<bool> {
    let (sender, tasks) = joinable_queue(20)?;
    let (note, notes) = queue(10 * TASKS as usize)?;
    let (begin, begun) = queue(2)?;
    let process = Process::new(work, (tasks, note, begin));
    let (mut victim, mut other) = (process.start()?, process.start()?);
    drop(process);
    for _ in 0..2 {
        begun.recv_timeout(LONG)?;
    }
    let kill_at = random.below(TASKS.into()) as u32;
    for number in 0..TASKS {
        if number == kill_at {
            std::thread::sleep(random.moment(Duration::from_micros(300)));
            victim.kill()?;
        }
        sender.send_timeout(number, LONG)?;
    }
    let lost = join(&sender);
    assert!(lost <= 1, "a worker has one task at a time, and {lost} are lost");
    let killed = match victim.join() {
        Err(error) if matches!(error.kind, JoinErrorKind::Killed { .. }) => true,
        other => panic!("{other:?}"),
    };
    assert_eq!((join(&sender), sender.unfinished()?), (0, 0));
    // Without a worker, what is sent is not done.
    other.kill()?;
    let _ = other.join();
    let sent = (0..3).filter(|number| sender.send_timeout(*number, LONG).is_ok()).count() as u64;
    match sender.join_timeout(LONG) {
        Err(TasksError::Disconnected { unfinished }) => assert_eq!(unfinished, sent),
        Ok(()) => assert_eq!(sent, 0),
        other => panic!("{other:?}"),
    }
    let mut done: Vec<u32> = notes.iter().collect();
    done.sort_unstable();
    let count = done.len() as u64;
    done.dedup();
    assert_eq!(done.len() as u64, count, "a task was done twice");
    // A worker that was killed between its note and `done` has lost a task that was done.
    assert!((u64::from(TASKS) - lost..=u64::from(TASKS)).contains(&count), "{count} done, {lost} lost");
    Ok(killed)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let mut random = Random::from_environment();
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let (repeats, mut killed) = (repeats(50), 0);
    for _ in 0..repeats {
        killed += u32::from(round(&mut random)?);
    }
    assert_eq!(proc::descriptors(), before);
    eprintln!("{killed} workers were killed");
    println!("{}", killed > repeats / 2);
    Ok(())
}
