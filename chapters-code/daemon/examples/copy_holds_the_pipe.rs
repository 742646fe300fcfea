use multiprocess::{Child, Process, Result, parent_process, wait};
use nix::sys::signal::{SigSet, Signal, kill, raise};
use nix::unistd::{Pid, fork, pipe, read};

fn answer() {
    SigSet::from(Signal::SIGUSR1).wait().expect("one signal");
    let parent = parent_process().expect("somebody started this");
    println!("the daemon is here, parent alive: {}", parent.is_alive());
}

fn ask(daemon: &Child<()>) {
    let pid = Pid::from_raw(daemon.pid().cast_signed());
    kill(pid, Signal::SIGUSR1).expect("it waits for this");
    wait(&[daemon.sentinel()], None).expect("it can be waited for");
}

fn main() -> Result<()> {
    multiprocess::init();
    let question = SigSet::from(Signal::SIGUSR1);
    question.thread_block().expect("a signal can be held back");
    let daemon = Process::new(answer, ()).daemon(true).start()?;
    let (until_closed, held) = pipe().expect("a pipe");
    // SAFETY: with one thread, the child's copy of memory is whole.
    if unsafe { fork() }.expect("a copy").is_child() {
        drop(held);
        read(&until_closed, &mut [0]).expect("an end of file");
        ask(&daemon);
        // SAFETY: it ends this process.
        unsafe { nix::libc::_exit(0) }
    }
    println!("main is killed");
    raise(Signal::SIGKILL).expect("a process may kill itself");
    Ok(())
}
