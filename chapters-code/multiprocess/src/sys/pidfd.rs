//! Waiting for the end of threads and processes that need not be this process's children
//! ([pidfd_open(2)](https://man7.org/linux/man-pages/man2/pidfd_open.2.html)).

use std::io;
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::numbers::beyond_standard_if_possible;

/// A descriptor that is readable once the thread has ended. `None` if there is no thread of that number.
///
/// A number may be another thread's by now. The caller finds out by looking afterward whether the thread still has what it had.
pub(crate) fn of_thread(thread: u32) -> io::Result<Option<OwnedFd>> {
    /// `PIDFD_THREAD`, of Linux 6.9, which rustix does not have.
    const THREAD: PidfdFlags = PidfdFlags::from_bits_retain(libc::O_EXCL.cast_unsigned());
    let Some(number) = Pid::from_raw(thread.cast_signed()) else { return Ok(None) };
    match pidfd_open(number, THREAD) {
        Err(Errno::INVAL) => of_process_of(thread),
        opened => found(opened),
    }
}

/// The same for older kernels: it is readable once the thread's process has ended.
fn of_process_of(thread: u32) -> io::Result<Option<OwnedFd>> {
    // A thread other than the first has a folder as well, though it is not listed.
    let status = match std::fs::read_to_string(format!("/proc/{thread}/status")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        status => status?,
    };
    let process = status.lines().find_map(|line| line.strip_prefix("Tgid:")?.trim().parse().ok());
    match process.and_then(Pid::from_raw) {
        Some(process) => found(pidfd_open(process, PidfdFlags::empty())),
        None => Ok(None),
    }
}

fn found(opened: rustix::io::Result<OwnedFd>) -> io::Result<Option<OwnedFd>> {
    match opened {
        Ok(fd) => Ok(Some(beyond_standard_if_possible(fd))),
        Err(Errno::SRCH) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;
    use std::sync::mpsc::channel;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::sys::{poll, this};

    fn ended(fd: &OwnedFd, within: Duration) -> bool {
        poll::is_ready(fd.as_fd(), Some(Instant::now() + within)).expect("it can be polled")
    }

    #[test]
    fn the_end_of_a_thread_is_seen() {
        let (end, ends) = channel::<()>();
        let (tell, told) = channel();
        let thread = std::thread::spawn(move || {
            tell.send(this::thread()).expect("the test waits");
            let _ = ends.recv();
        });
        let number = told.recv().expect("the thread runs");
        let fd = of_thread(number).expect("it can be opened").expect("it is there");
        assert!(!ended(&fd, Duration::ZERO));
        let process = of_process_of(number).expect("it can be opened").expect("it is there");
        drop(end);
        assert!(ended(&fd, Duration::from_secs(30)), "Linux before 6.9 sees the process only");
        thread.join().expect("it does not panic");
        assert!(!ended(&process, Duration::ZERO));
        assert!(of_thread(0).expect("0 is no thread's").is_none());
        assert!(of_thread(i32::MAX as u32).expect("it is no thread's").is_none());
        assert!(of_process_of(i32::MAX as u32).expect("it is no thread's").is_none());
    }
}
