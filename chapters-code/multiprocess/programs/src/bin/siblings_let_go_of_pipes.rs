//! Two workers that receive until the end. The first sees the end while the second one, which was started later, still waits. Ends
//! that were no arguments of a forked child do not work in it.

use std::sync::Mutex;
use std::time::Duration;

use multiprocess::pipe::{Receiver, Sender};
use multiprocess::{Child, Process, RecvError, Result, pipe};
use multiprocess_programs::said;

static INHERITED: Mutex<Option<(Sender<u32>, Receiver<u32>)>> = Mutex::new(None);

fn count(numbers: Receiver<u32>) -> usize {
    numbers.iter().filter(|number| number.is_ok()).count()
}

fn use_inherited() -> Option<(String, String)> {
    let ends = INHERITED.lock().expect("no thread panics");
    let (sender, receiver) = ends.as_ref()?;
    Some((said(sender.send(1)), said(receiver.recv())))
}

fn start() -> Result<(Sender<u32>, Child<usize>)> {
    let (sender, receiver) = pipe::<u32>()?;
    sender.send(1)?;
    Ok((sender, Process::new(count, (receiver,)).start()?.kill_on_drop(true)))
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let (first, mut firsts) = start()?;
    let (second, mut seconds) = start()?;
    let patience = Duration::from_secs(10);
    drop(first);
    println!("beside the second: {}", said(firsts.join_timeout(patience)));
    println!("the second runs: {}", seconds.is_alive()?);
    // A child that has ended is gone, though its sibling was a copy of a process with its end.
    let (sender, receiver) = pipe::<u32>()?;
    let mut third =
        Process::new(|sender: Sender<u32>| sender.send(1).expect("it is received"), (sender,)).start()?;
    println!("from the third: {}", receiver.iter().count());
    third.join()?;
    drop(second);
    println!("the second: {}", said(seconds.join_timeout(patience)));

    *INHERITED.lock().expect("no thread panics") = Some(pipe::<u32>()?);
    println!("in a child: {:?}", Process::new(use_inherited, ()).start()?.join()?);
    let (sender, receiver) = INHERITED.lock().expect("no thread panics").take().expect("it is there");
    println!("in its maker: {}", said(receiver.try_recv()));
    drop(sender);
    println!("at the end: {}", matches!(receiver.recv(), Err(RecvError::Disconnected)));
    Ok(())
}
