use multiprocess::{Process, Result, StartMethod};
use nix::sys::signal::{Signal, raise};

/// Acts like the kernel when memory runs out.
fn hook() {
    raise(Signal::SIGKILL).expect("a process can kill itself");
}

fn main() -> Result<()> {
    multiprocess::init();
    multiprocess::set_start_method(StartMethod::forkserver())?;
    multiprocess::set_forkserver_preload(hook)?;
    Process::new(|| (), ()).start()?.join()?;
    Ok(())
}
