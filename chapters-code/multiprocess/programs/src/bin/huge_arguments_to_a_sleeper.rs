//! 64 MiB of arguments for a program that neither reads them nor ends: the start returns, and the test ends the child.

use multiprocess::{Process, set_executable};
use multiprocess_programs::{os, show};

fn main() -> multiprocess::Result<()> {
    multiprocess_programs::init();
    set_executable(std::env::var_os("EXECUTABLE").map(Into::into))?;
    let mut child = Process::new(|_: String| (), ("x".repeat(64 << 20),)).start()?;
    println!("started");
    os::kill(child.pid(), libc::SIGKILL);
    show(child.join());
    Ok(())
}
