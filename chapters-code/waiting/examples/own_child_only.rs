use std::process::Command;

use multiprocess::Process;

fn run_helper() {
    let mut helper = Command::new("true").spawn().expect("it is installed");
    helper.wait().expect("no other code collects it");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut child = Process::new(|| 42, ()).start()?;
    let mut command = Command::new("false").spawn().expect("it is installed");
    run_helper();
    println!("command: {:?}", command.wait().map(|status| status.code()));
    println!("child:   {}", child.join()?);
    Ok(())
}
