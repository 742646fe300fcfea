use multiprocess::{Process, StartMethod, set_start_method};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::{Pid, getppid};

fn server() -> i32 {
    getppid().as_raw()
}

fn wait_for_the_signal() -> String {
    let signal = SigSet::from(Signal::SIGUSR1).wait();
    format!("returned after {}", signal.expect("it is blocked"))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    multiprocess::init();
    set_start_method(StartMethod::forkserver())?;
    SigSet::from(Signal::SIGUSR1).thread_block()?; // in the children too
    let first = Process::new(server, ()).start()?.join()?;
    let mut running = Process::new(wait_for_the_signal, ()).start()?;
    kill(Pid::from_raw(first), Signal::SIGKILL)?;
    let second = Process::new(server, ()).start()?.join()?;
    println!("another server serves: {}", second != first);
    let pid = Pid::from_raw(running.pid().cast_signed());
    kill(pid, Signal::SIGUSR1)?;
    println!("the running child {}", running.join()?);
    Ok(())
}
