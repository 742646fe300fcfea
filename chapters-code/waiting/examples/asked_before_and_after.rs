use multiprocess::{Child, Process, Result};

fn wait_forever() {
    loop {
        std::thread::park();
    }
}

fn ask(child: &Child<()>) -> Result<()> {
    println!("  is_alive: {}", child.is_alive()?);
    match child.exit_status()? {
        Some(status) => println!("  exit_status: {status}"),
        None => println!("  exit_status: None"),
    }
    Ok(())
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut child = Process::new(wait_forever, ()).start()?;
    println!("it runs:");
    ask(&child)?;
    println!("  try_join: {:?}", child.try_join()?);

    child.kill()?;
    println!("join: {}", child.join().unwrap_err());

    println!("it has been joined:");
    ask(&child)?;
    println!("  kill: {:?}", child.kill());
    println!("  join: {}", child.join().unwrap_err());
    Ok(())
}
