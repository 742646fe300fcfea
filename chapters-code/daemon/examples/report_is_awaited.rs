use multiprocess::Process;
use std::time::Duration;

fn report() {
    println!("first line of the report");
    print!("second line, ");
    println!("and its end");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut child = Process::new(report, ()).daemon(true).start()?;
    match child.join_timeout(Duration::from_secs(8))? {
        Some(()) => println!("main returns, the report is whole"),
        None => println!("main returns, the report took too long"),
    }
    Ok(())
}
