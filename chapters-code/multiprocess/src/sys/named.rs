//! Memory files that processes find by a name, without a name on a disk.
//!
//! A name is taken by a socket that is bound to it in the abstract namespace
//! ([unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html)). Only one can be, and when the process that has the socket ends,
//! however it does, the name is free. The kernel lists these sockets in `/proc/net/unix` with a number that no two of them have.
//! That number is in the memory, too. The memory itself is found among the open files of this user's processes, which `/proc`
//! shows as well. So the owner of a name has nothing to do when others open it.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, socket_with};

use super::numbers::beyond_reserved;

/// A socket that is to take a name.
pub(crate) struct Claim {
    socket: OwnedFd,
    number: u64,
}

impl Claim {
    pub(crate) fn new() -> io::Result<Claim> {
        // Of a kind that others could connect to only if it listened, which it never does.
        let made = socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
        let socket = beyond_reserved(made)?;
        let number = rustix::fs::fstat(&socket)?.st_ino;
        Ok(Claim { socket, number })
    }

    /// The number by which the kernel knows it.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Takes the name for as long as the socket is open. `AddrInUse` is the error if it is taken.
    pub(crate) fn take(self, name: &str) -> io::Result<OwnedFd> {
        bind(&self.socket, &SocketAddrUnix::new_abstract_name(name.as_bytes())?)?;
        Ok(self.socket)
    }
}

/// The number of the socket that has the name.
pub(crate) fn claimed(name: &str) -> io::Result<Option<u64>> {
    // The list is read in pieces, and between two of them the kernel counts sockets, so one may be skipped when another goes.
    for _ in 0..3 {
        let list = fs::read("/proc/net/unix")?;
        let mut lines = list.split(|&byte| byte == b'\n');
        if let Some(number) = lines.find_map(|line| number_of(line, name)) {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// The number in a line of the list, if the line is of that name: `ADDRESS: COUNT PROTOCOL FLAGS TYPE STATE NUMBER @NAME`, with
/// several spaces before the number.
fn number_of(line: &[u8], name: &str) -> Option<u64> {
    let front = line.strip_suffix(name.as_bytes())?.strip_suffix(b" @")?;
    let front = std::str::from_utf8(front).ok()?;
    let fields: Vec<&str> = front.split_ascii_whitespace().collect();
    // With more of them, the name of the socket only ends like this one.
    if fields.len() == 7 { fields[6].parse().ok() } else { None }
}

/// What `accept` makes of one of the memory files of that name that this user's processes have open.
pub(crate) fn find_memory<T>(
    name: &str,
    mut accept: impl FnMut(OwnedFd) -> Option<T>,
) -> io::Result<Option<T>> {
    let link = format!("/memfd:{name} (deleted)");
    for process in fs::read_dir("/proc")? {
        let process = process?;
        if !process.file_name().as_bytes().iter().all(u8::is_ascii_digit) {
            continue;
        }
        // Other users' processes do not show theirs, and a process may end meanwhile.
        let Ok(files) = fs::read_dir(process.path().join("fd")) else { continue };
        for file in files.flatten() {
            let is_one = |link_of: &Path| link_of.as_os_str().as_bytes() == link.as_bytes();
            if !fs::read_link(file.path()).is_ok_and(|link_of| is_one(&link_of)) {
                continue;
            }
            // By now the number may be another file's, even a terminal's.
            let flags = OFlags::RDWR | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
            let Ok(opened) = rustix::fs::open(file.path(), flags, Mode::empty()) else { continue };
            let opened = beyond_reserved(opened)?;
            let owner = rustix::fs::fstat(&opened)?.st_uid;
            // Root can open other users' files, which these may have made for it to find.
            if owner == user()
                && let Some(accepted) = accept(opened)
            {
                return Ok(Some(accepted));
            }
        }
    }
    Ok(None)
}

/// The user whose memory this process makes and opens.
pub(crate) fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_by_one_socket_and_free_when_it_is_closed() {
        let name = "multiprocess test of names, with spaces and an @";
        assert_eq!(claimed(name).expect("it can be read"), None);
        let one = Claim::new().expect("a number is free");
        let number = one.number();
        let one = one.take(name).expect("it is free");
        let other = Claim::new().expect("a number is free").take(name).expect_err("it is taken");
        assert_eq!(other.kind(), io::ErrorKind::AddrInUse);
        assert_eq!(claimed(name).expect("it can be read"), Some(number));
        assert_eq!(claimed("names, with spaces and an @").expect("it can be read"), None);
        drop(one);
        assert_eq!(claimed(name).expect("it can be read"), None);
    }

    #[test]
    fn a_line_is_read_as_the_kernel_writes_it() {
        let line = b"0000000000000000: 00000002 00000000 00010000 0001 01 23017 @a name";
        assert_eq!(number_of(line, "a name"), Some(23017));
        assert_eq!(number_of(line, "name"), None);
        assert_eq!(number_of(b"Num       RefCount Protocol Flags    Type St Inode Path", "Path"), None);
    }
}
