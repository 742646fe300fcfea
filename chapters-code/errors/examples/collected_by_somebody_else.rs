use multiprocess::{Process, Result};
use nix::sys::wait::waitpid;

fn fail() {
    std::process::exit(3);
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut child = Process::new(fail, ()).start()?;
    // waitpid(-1): any child will do.
    waitpid(None, None).expect("there is a child");
    child.join()?;
    Ok(())
}
