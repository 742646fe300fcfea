use std::process::Command;

use multiprocess::Process;

fn run_helper() {
    let mut helper = Command::new("true").spawn().expect("it is installed");
    helper.wait().expect("no other code collects it");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut command = Command::new("false").spawn().expect("it is installed");
    let mut child = Process::new(|| 42, ()).start()?;
    run_helper();
    println!("child:   {}", child.join()?);
    println!("command: {:?}", command.wait().map(|status| status.code()));
    Ok(())
}
