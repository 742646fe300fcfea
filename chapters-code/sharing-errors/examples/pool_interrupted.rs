use multiprocess::{Pool, Result, parent_process};
use nix::sys::signal::{Signal::SIGINT, kill};
use nix::unistd::Pid;

/// Task 2 presses Ctrl-C, so to speak, and goes on.
fn work(task: u32) -> u32 {
    if task == 2 {
        let program = parent_process().expect("a worker has a parent");
        let pid = Pid::from_raw(program.pid().cast_signed());
        kill(pid, SIGINT).expect("the parent can be signaled");
        loop {
            std::thread::park();
        }
    }
    10 * task
}

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::builder().workers(1).end_on_interrupt().start()?;
    for result in pool.map(work, 0..5) {
        println!("{result:?}");
    }
    println!("interrupted: {}", pool.is_interrupted());
    Ok(())
}
