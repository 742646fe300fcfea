use std::time::{Duration, Instant};

use multiprocess::Process;
use nix::libc::c_int;
use nix::sys::signal::{
    SaFlags, SigAction, SigEvent, SigHandler, SigSet, SigevNotify, Signal,
    sigaction,
};
use nix::sys::timer::{Expiration, Timer, TimerSetTimeFlags};
use nix::sys::wait::waitpid;
use nix::time::ClockId;
use nix::unistd::Pid;

fn wait_forever() {
    loop {
        std::thread::park();
    }
}

// ANCHOR: alarms
extern "C" fn do_nothing(_: c_int) {}

fn alarm_every(pause: Duration) -> nix::Result<Timer> {
    let handler = SigHandler::Handler(do_nothing);
    // The flags leave out SA_RESTART, and no other signal is blocked.
    let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
    // SAFETY: a handler that does nothing may run at any moment.
    unsafe { sigaction(Signal::SIGALRM, &action) }?;
    let signal = Signal::SIGALRM;
    let event =
        SigEvent::new(SigevNotify::SigevSignal { signal, si_value: 0 });
    let mut timer = Timer::new(ClockId::CLOCK_MONOTONIC, event)?;
    timer.set(
        Expiration::Interval(pause.into()),
        TimerSetTimeFlags::empty(),
    )?;
    Ok(timer)
}
// ANCHOR_END: alarms

// ANCHOR: main
fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut child = Process::new(wait_forever, ()).start()?;
    let _timer = alarm_every(Duration::from_millis(20)).expect("timers work");

    let pid = Pid::from_raw(child.pid().cast_signed());
    println!("waitpid: {:?}", waitpid(pid, None));

    let (begun, timeout) = (Instant::now(), Duration::from_millis(100));
    let joined = child.join_timeout(timeout)?;
    println!("join_timeout: {joined:?}");
    println!("waited all the time: {}", begun.elapsed() >= timeout);
    child.kill()?;
    println!("{}", child.join().unwrap_err());
    Ok(())
}
// ANCHOR_END: main
