use multiprocess::queue::{Sender, queue};
use multiprocess::{Process, Result};

fn close(reports: Sender<String>) {
    reports.send("a soup, ".repeat(25_000)).expect("main receives");
}

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, reports) = queue(10)?;
    let mut kitchen = Process::new(close, (sender,)).start()?;
    kitchen.join()?;
    println!("the kitchen is closed");
    println!("its report has {} bytes", reports.recv()?.len());
    Ok(())
}
