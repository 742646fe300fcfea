use std::sync::mpsc;
use std::thread;

use multiprocess::{Process, Result, StartMethod};

fn main() -> Result<()> {
    multiprocess::init();
    // SAFETY: the target uses nothing that only the parent has.
    let fork = unsafe { StartMethod::fork() };
    let answer = || Process::new(|| 42, ()).start_method(fork);

    let (stop, until) = mpsc::channel::<()>();
    let helper = thread::spawn(move || until.recv());
    if let Err(refused) = answer().start() {
        println!("{refused}");
    }

    drop(stop);
    let _ = helper.join().expect("the helper does not panic");
    println!("after the thread: {}", answer().start()?.join()?);
    Ok(())
}
