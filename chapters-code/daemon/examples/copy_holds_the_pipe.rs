use multiprocess::{Child, Process, Result, parent_process, wait};
use nix::sys::signal::{SigSet, Signal, kill, raise};
use nix::unistd::{Pid, fork, pipe, read};

fn answer() {
    SigSet::from(Signal::SIGUSR1).wait().expect("SIGUSR1 can be awaited");
    let parent = parent_process().expect("a child has a parent");
    println!("the daemon is here, parent alive: {}", parent.is_alive());
}

fn ask(daemon: &Child<()>) {
    let pid = Pid::from_raw(daemon.pid().cast_signed());
    kill(pid, Signal::SIGUSR1).expect("the daemon is waiting");
    wait(&[daemon.sentinel()], None).expect("the daemon can be awaited");
}

fn main() -> Result<()> {
    multiprocess::init();
    let question = SigSet::from(Signal::SIGUSR1);
    question.thread_block().expect("SIGUSR1 can be blocked");
    let daemon = Process::new(answer, ()).daemon(true).start()?;
    let (until_closed, held) = pipe().expect("a pipe can be made");
    // SAFETY: with one thread, the child's copy of memory is whole.
    if unsafe { fork() }.expect("fork succeeds").is_child() {
        drop(held);
        read(&until_closed, &mut [0]).expect("the pipe can be read");
        ask(&daemon);
        // SAFETY: it ends this process.
        unsafe { nix::libc::_exit(0) }
    }
    println!("main is killed");
    raise(Signal::SIGKILL).expect("a process can kill itself");
    Ok(())
}
