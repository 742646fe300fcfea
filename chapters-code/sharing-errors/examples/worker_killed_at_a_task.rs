use multiprocess::queue::{JoinableReceiver, joinable_queue};
use multiprocess::{Process, Result};

fn divide(tasks: JoinableReceiver<u32>) {
    for task in &tasks {
        if *task == 0 {
            std::process::abort();
        }
        println!("12 / {} = {}", *task, 12 / *task);
        task.done();
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, tasks) = joinable_queue(10)?;
    let mut worker = Process::new(divide, (tasks,)).start()?;
    for number in [3, 4, 0] {
        sender.send(number)?;
    }
    if let Err(error) = sender.join() {
        println!("{error}");
    }
    println!("{:?}", worker.join());
    Ok(())
}
