use multiprocess::{Process, Result};

fn helper() {
    println!("I help");
}

fn daemon() -> String {
    match Process::new(helper, ()).start() {
        Err(refused) => refused.to_string(),
        Ok(child) => format!("{} was started", child.name()),
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut daemon = Process::new(daemon, ()).daemon(true).start()?;
    println!("{}", daemon.join()?);
    Process::new(helper, ()).start()?.join()?;
    Ok(())
}
