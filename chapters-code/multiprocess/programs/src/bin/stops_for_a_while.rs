//! Stops a holder of a lock, the first receiver in line at a queue, and the sender of a long message, all for `STOPPED` milliseconds.
//! Meanwhile calls with a limit end by it. Then everything goes on as if nothing had been.

use std::time::{Duration, Instant};

use multiprocess::pipe::{self, pipe};
use multiprocess::queue::{Receiver, Sender, queue};
use multiprocess::sync::{Event, Mutex};
use multiprocess::{LockError, Process, RecvError, Result, SendErrorKind};

const LIMIT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(30);
/// How late a call may be on a busy machine.
const LATE: Duration = Duration::from_secs(2);
const LENGTH: usize = 8 << 20;
const BOUND: u32 = 5;

fn hold(number: Mutex<u32>, held: Event, let_go: Event) {
    let mut guard = number.lock().expect("it is free");
    held.set();
    let_go.wait();
    *guard += 1;
}

fn receive(values: Receiver<u32>, begun: Event) -> Vec<u32> {
    begun.set();
    values.iter().collect()
}

fn send(parent: pipe::Sender<String>) -> u32 {
    let (mut value, mut broken_off) = ("x".repeat(LENGTH), 0);
    while let Err(error) = parent.send(value) {
        assert!(matches!(error.kind, SendErrorKind::BrokenOff), "{error:?}");
        broken_off += 1;
        value = error.value;
    }
    broken_off
}

/// How late the call was that ends by its limit.
fn late(call: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    call();
    begun.elapsed().checked_sub(LIMIT).expect("not before the limit")
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let stopped: u64 = std::env::var("STOPPED").expect("STOPPED is set").parse().expect("milliseconds");
    let (number, held, let_go) = (Mutex::new(0)?, Event::new()?, Event::new()?);
    let mut holder =
        Process::new(hold, (number.clone(), held.clone(), let_go.clone())).start()?.kill_on_drop(true);
    let (values, behind): (Sender<u32>, Receiver<u32>) = queue(BOUND as usize)?;
    let begun = Event::new()?;
    let mut receiver = Process::new(receive, (behind.clone(), begun.clone())).start()?.kill_on_drop(true);
    let (parent, message) = pipe::<String>()?;
    let mut sender = Process::new(send, (parent,)).start()?.kill_on_drop(true);
    assert!(held.wait_timeout(LONG) && begun.wait_timeout(LONG));
    // It has its turn now, or has it stopped before: the one behind it waits or is first itself.
    multiprocess::wait(&[&message], Some(LONG))?;
    let all = [holder.killer(), receiver.killer(), sender.killer()];
    all.iter().try_for_each(|child| child.signal(libc::SIGSTOP))?;
    let begun = Instant::now();
    let mut latest = Duration::ZERO;
    let mut sent = 0;
    while values.try_send(sent).is_ok() {
        sent += 1;
    }
    println!("full: {}", sent == BOUND);
    let mut rounds = 0;
    while begun.elapsed() < Duration::from_millis(stopped) {
        latest = latest.max(late(|| {
            assert!(matches!(number.lock_timeout(LIMIT), Err(LockError::TimedOut)));
        }));
        latest = latest.max(late(|| {
            let error = values.send_timeout(sent, LIMIT).expect_err("it is full");
            assert!(matches!(error.kind, SendErrorKind::TimedOut));
        }));
        if rounds == 0 {
            // What had come of it is handed back.
            latest = latest.max(late(|| {
                assert!(matches!(message.recv_timeout(LIMIT), Err(RecvError::TimedOut)));
            }));
        }
        rounds += 1;
    }
    eprintln!("{rounds} rounds, {latest:?} late at most");
    println!("in time: {}", rounds > 0 && latest < LATE);
    all.iter().try_for_each(|child| child.signal(libc::SIGCONT))?;
    let_go.set();
    println!("added: {}", *number.lock_timeout(LONG).expect("the holder lets go"));
    values.send_timeout(sent, LONG)?;
    drop((values, behind));
    println!("received: {:?}", receiver.join()?);
    println!("message: {}", message.recv_timeout(LONG)?.len() == LENGTH);
    println!("handed back: {}", sender.join()?);
    holder.join()?;
    Ok(())
}
