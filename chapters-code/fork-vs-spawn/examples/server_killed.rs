use multiprocess::{
    Process, StartMethod, set_start_method, start_forkserver,
};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::{Pid, getppid};

fn server() -> i32 {
    getppid().as_raw()
}

fn wait_for_the_signal() -> String {
    let signal = SigSet::from(Signal::SIGUSR1).wait();
    format!("returned after {}", signal.expect("SIGUSR1 is blocked"))
}

fn kill_server(pid: i32) {
    kill(Pid::from_raw(pid), Signal::SIGKILL).expect("the server is running");
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    multiprocess::init();
    set_start_method(StartMethod::forkserver())?;
    start_forkserver()?;
    SigSet::from(Signal::SIGUSR1).thread_block()?; // in the children too
    let mut running = Process::new(wait_for_the_signal, ()).start()?;
    let first = Process::new(server, ()).start()?.join()?;
    let killer = Process::new(kill_server, (first,)).name("killer");
    killer.start_method(StartMethod::spawn()).start()?.join()?;
    // Waits until the server ends, but lets the library collect it.
    let without_collecting = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
    waitid(Id::Pid(Pid::from_raw(first)), without_collecting)?;
    println!("the server is killed");
    let second = Process::new(server, ()).start()?.join()?;
    println!("another one serves: {}", second != first);
    kill(Pid::from_raw(running.pid().cast_signed()), Signal::SIGUSR1)?;
    println!("the running child {}", running.join()?);
    Ok(())
}
