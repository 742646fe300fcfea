use multiprocess::{Process, StartMethod, set_start_method};
use nix::unistd::{Pid, getppid};

fn kernels_parent() -> i32 {
    getppid().as_raw()
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    set_start_method(StartMethod::forkserver())?;
    let first = Process::new(kernels_parent, ()).start()?.join()?;
    let second = Process::new(kernels_parent, ()).start()?.join()?;
    println!("both have one parent: {}", first == second);
    println!("it is this process: {}", first == Pid::this().as_raw());
    Ok(())
}
