//! What the memory and the descriptors of a stopped tracee hold.

use std::{
    fs::{self, File},
    io::{IoSlice, IoSliceMut, Read},
    str::FromStr,
};

use nix::{
    sys::uio::{RemoteIoVec, process_vm_readv, process_vm_writev},
    unistd::Pid,
};

/// What a descriptor is an end of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The pipe with this inode.
    Pipe(u64),
    /// The socket with this inode.
    Socket(u64),
    /// The eventfd with this number, which serves both.
    Eventfd(u64),
}

/// A mapping of a process's memory, a line of `/proc/PID/maps`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// Whether other processes may have the same memory.
    pub(crate) shared: bool,
    /// Where in its file it begins.
    pub(crate) offset: u64,
    /// Its file, if it has one: the device and the inode. Shared memory without a name has a file as well.
    pub(crate) file: (String, u64),
    /// What the kernel calls its file.
    path: String,
}

impl Mapping {
    fn read(line: &str) -> Option<Mapping> {
        let mut fields = line.split_ascii_whitespace();
        let number = |text| u64::from_str_radix(text, 16).ok();
        let (start, end) = fields.next()?.split_once('-')?;
        let shared = fields.next()?.ends_with('s');
        let (start, end, offset) = (number(start)?, number(end)?, number(fields.next()?)?);
        let file = (fields.next()?.to_owned(), fields.next()?.parse().ok()?);
        let path = fields.collect::<Vec<_>>().join(" ");
        Some(Mapping { start, end, shared, offset, file, path })
    }

    /// The name that the program gave its file, if it did.
    pub(crate) fn name(&self) -> Option<String> {
        let path = self.path.strip_suffix(" (deleted)").unwrap_or(&self.path);
        // What has no name at all is `/dev/zero`, and System V's is a number.
        let name = match path.strip_prefix("/memfd:") {
            Some(name) => name,
            None if path == "/dev/zero" || path.starts_with("/SYSV") => return None,
            None => path.rsplit('/').next()?,
        };
        Some(name.to_owned()).filter(|name| !name.is_empty())
    }
}

/// A thread that is stopped, so that what is read of it is of one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tracee(pub(crate) u32);

impl Tracee {
    /// The bytes at an address; `None` when not all of them can be read.
    pub(crate) fn bytes(self, address: u64, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        if length > 0 {
            let remote = [RemoteIoVec { base: usize::try_from(address).ok()?, len: length }];
            let pid = Pid::from_raw(self.0.cast_signed());
            let read = process_vm_readv(pid, &mut [IoSliceMut::new(&mut bytes)], &remote).ok()?;
            bytes.truncate(read);
        }
        (bytes.len() == length).then_some(bytes)
    }

    /// Clears these bits of the 64-bit number at an address.
    pub(crate) fn clear(self, address: u64, bits: u64) -> nix::Result<()> {
        let Some(bytes) = self.bytes(address, 8) else { return Ok(()) };
        let number = u64::from_ne_bytes(bytes.try_into().expect("8 bytes"));
        if number & bits != 0 {
            let cleared = (number & !bits).to_ne_bytes();
            let remote = [RemoteIoVec { base: address as usize, len: cleared.len() }];
            process_vm_writev(Pid::from_raw(self.0.cast_signed()), &[IoSlice::new(&cleared)], &remote)?;
        }
        Ok(())
    }

    /// The number at an address.
    pub(crate) fn int(self, address: u64) -> Option<i32> {
        Some(i32::from_ne_bytes(self.bytes(address, 4)?.try_into().ok()?))
    }

    /// The array of machine words at an address.
    pub(crate) fn words(self, address: u64, count: usize) -> Option<Vec<usize>> {
        let word = size_of::<usize>();
        let bytes = self.bytes(address, count.checked_mul(word)?)?;
        Some(
            bytes
                .chunks_exact(word)
                .map(|word| usize::from_ne_bytes(word.try_into().expect("a word")))
                .collect(),
        )
    }

    /// The descriptors in an array for `poll`, each with the events that it is polled for.
    pub(crate) fn polled(self, address: u64, count: usize) -> Vec<(i32, i16)> {
        // `struct pollfd`: a descriptor, the events asked for, and those that there are.
        let words = self.bytes(address, count * size_of::<libc::pollfd>()).unwrap_or_default();
        let entries = words.chunks_exact(size_of::<libc::pollfd>()).map(|entry| {
            let fd = i32::from_ne_bytes(entry[..4].try_into().expect("4 bytes"));
            (fd, i16::from_ne_bytes(entry[4..6].try_into().expect("2 bytes")))
        });
        entries.filter(|&(fd, _)| fd >= 0).collect()
    }

    /// Whether the `timespec` or `timeval` at an address is zero.
    pub(crate) fn is_no_time(self, address: u64) -> bool {
        address != 0 && self.bytes(address, 16).is_some_and(|time| time.iter().all(|&byte| byte == 0))
    }

    /// The child that a `siginfo_t` at an address is about.
    pub(crate) fn child(self, address: u64) -> Option<u32> {
        // Three ints come first, and what follows them is aligned as a pointer is. See `siginfo.h`.
        let pid_at = 12_u64.next_multiple_of(size_of::<usize>() as u64);
        u32::try_from(self.int(address + pid_at)?).ok()
    }

    /// The mapping that an address is in.
    pub(crate) fn mapping(self, address: u64) -> Option<Mapping> {
        self.mappings().into_iter().find(|mapping| (mapping.start..mapping.end).contains(&address))
    }

    /// All mappings of the process.
    pub(crate) fn mappings(self) -> Vec<Mapping> {
        let maps = fs::read_to_string(format!("/proc/{}/maps", self.0)).unwrap_or_default();
        maps.lines().filter_map(Mapping::read).collect()
    }

    /// The inode of the pipe that a descriptor is an end of.
    pub(crate) fn pipe(self, fd: i32) -> Option<u64> {
        match self.end(fd)? {
            End::Pipe(inode) => Some(inode),
            _ => None,
        }
    }

    /// What a descriptor is an end of, if it is one of something that has two.
    pub(crate) fn end(self, fd: i32) -> Option<End> {
        let target = fs::read_link(format!("/proc/{}/fd/{fd}", self.0)).ok()?;
        let target = target.to_str()?;
        let inode = |kind: &str| target.strip_prefix(kind)?.strip_suffix(']')?.parse().ok();
        if target == "anon_inode:[eventfd]" {
            return self.info(fd, "eventfd-id:").map(End::Eventfd);
        }
        inode("pipe:[").map(End::Pipe).or_else(|| inode("socket:[").map(End::Socket))
    }

    /// A number that `/proc` tells of a descriptor.
    fn info<T: FromStr>(self, fd: i32, name: &str) -> Option<T> {
        let info = fs::read_to_string(format!("/proc/{}/fdinfo/{fd}", self.0)).ok()?;
        info.lines().find_map(|line| line.strip_prefix(name))?.trim().parse().ok()
    }

    /// The process that a descriptor stands for, if it is a pidfd of one that has not been collected.
    pub(crate) fn process(self, fd: i32) -> Option<u32> {
        // It is -1 for a process that has been collected, and 0 for one that is not to be seen from here.
        self.info(fd, "Pid:").filter(|&pid| pid > 0)
    }

    /// The descriptors that an epoll instance watches, by the numbers that they had when they were added.
    pub(crate) fn watched(self, epoll: i32) -> Vec<i32> {
        /// An instance can watch any number of descriptors, with a line for each.
        const MOST: u64 = 1 << 16;
        let mut info = String::new();
        if let Ok(file) = File::open(format!("/proc/{}/fdinfo/{epoll}", self.0)) {
            // What is not text is not of the kernel's making.
            let _ = file.take(MOST).read_to_string(&mut info);
        }
        let added = info.lines().filter_map(|line| line.strip_prefix("tfd:"));
        added.filter_map(|line| line.split_ascii_whitespace().next()?.parse().ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_has_the_name_that_the_program_gave_its_file() {
        let mapping = |path: &str| {
            Mapping::read(&format!("7f0000001000-7f0000003000 rw-s 00001000 00:01 1042 {path}"))
                .expect("a line")
        };
        let queue = mapping("/memfd:my queue (deleted)");
        assert_eq!((queue.end - queue.start, queue.offset, queue.shared), (0x2000, 0x1000, true));
        assert_eq!(queue.file, ("00:01".into(), 1042));
        let names =
            ["/memfd:my queue (deleted)", "/dev/shm/orders", "/dev/zero (deleted)", "/memfd: (deleted)"]
                .map(|path| mapping(path).name());
        assert_eq!(names, [Some("my queue".into()), Some("orders".into()), None, None]);
    }
}
