use nix::fcntl::{OFlag, open};
use nix::sys::stat::{Mode, umask};
use nix::sys::wait::waitpid;
use nix::unistd::{
    ForkResult, Pid, chdir, dup2_stderr, dup2_stdin, dup2_stdout, fork,
    getpid, getsid, pipe, read, setsid,
};

fn report(who: &str) -> nix::Result<()> {
    let (parent, session) = (Pid::parent(), getsid(None)?);
    let leads = session == getpid();
    println!("{who}: parent {parent}, session {session}, leads: {leads}");
    Ok(())
}

fn main() -> nix::Result<()> {
    let (until_closed, held) = pipe()?;
    // SAFETY: with one thread, a child's copy of memory is whole.
    if let ForkResult::Parent { child } = unsafe { fork() }? {
        waitpid(child, None)?;
        println!("main returns");
        return Ok(());
    }
    setsid()?;
    report("first child")?;
    // SAFETY: as above.
    if unsafe { fork() }?.is_parent() {
        // SAFETY: it ends this process.
        unsafe { nix::libc::_exit(0) }
    }
    drop(held);
    read(&until_closed, &mut [0])?;
    report("daemon")?;
    chdir("/")?;
    umask(Mode::empty());
    let nothing = open("/dev/null", OFlag::O_RDWR, Mode::empty())?;
    dup2_stdin(&nothing)?;
    dup2_stdout(&nothing)?;
    dup2_stderr(&nothing)?;
    println!("nobody reads this");
    Ok(())
}
