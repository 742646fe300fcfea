//! What the memory and the descriptors of a stopped tracee hold.

use std::{
    fs::{self, File},
    io::{IoSlice, IoSliceMut, Read},
};

use nix::{
    sys::uio::{RemoteIoVec, process_vm_readv, process_vm_writev},
    unistd::Pid,
};

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

    /// Whether no other process shares the memory at an address.
    pub(crate) fn is_private(self, address: u64) -> bool {
        let maps = fs::read_to_string(format!("/proc/{}/maps", self.0)).unwrap_or_default();
        let number = |text| u64::from_str_radix(text, 16).ok();
        maps.lines().any(|line| {
            let mut fields = line.split_ascii_whitespace();
            let range = fields.next().and_then(|range| range.split_once('-'));
            let within = range.is_some_and(|(start, end)| {
                number(start).is_some_and(|start| start <= address)
                    && number(end).is_some_and(|end| address < end)
            });
            within && fields.next().is_some_and(|rights| rights.ends_with('p'))
        })
    }

    /// The inode of the pipe that a descriptor is an end of.
    pub(crate) fn pipe(self, fd: i32) -> Option<u64> {
        let target = fs::read_link(format!("/proc/{}/fd/{fd}", self.0)).ok()?;
        target.to_str()?.strip_prefix("pipe:[")?.strip_suffix(']')?.parse().ok()
    }

    /// The process that a descriptor stands for, if it is a pidfd of one that has not been collected.
    pub(crate) fn process(self, fd: i32) -> Option<u32> {
        let info = fs::read_to_string(format!("/proc/{}/fdinfo/{fd}", self.0)).ok()?;
        let pid = info.lines().find_map(|line| line.strip_prefix("Pid:"))?;
        // It is -1 for a process that has been collected, and 0 for one that is not to be seen from here.
        pid.trim().parse().ok().filter(|&pid| pid > 0)
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
