//! What this process may do, and where it is: what a program that it starts would inherit, and a process that runs
//! already does not follow.

use std::array;
use std::ffi::CStr;
use std::os::fd::OwnedFd;

use nix::sys::resource::{Resource, getrlimit};
use nix::unistd::{Gid, Uid, getresgid, getresuid};
use rustix::fs::{AtFlags, CWD, Mode, OFlags, StatxFlags, openat, readlinkat_raw, statx};
use rustix::process::getgroups;
use rustix::thread::{
    CapabilitySet, CapabilitySets, CpuSet, capabilities, capabilities_secure_bits,
    capability_is_in_ambient_set, no_new_privs, sched_getaffinity, secure_computing_mode,
};

/// What each start compares. What takes long to find out is asked only of a process that could have changed it: where the
/// shortest system call takes 0.2 µs, an ordinary process takes 13 µs for all, one with `CAP_SYS_ADMIN` 25 µs, and one that
/// can add filters to its sandbox 20 µs more.
///
/// What the kernel or a sandbox refuses to tell is `None`, and equal to what it refused before: a sandbox that hides a
/// thing is expected to keep it from being changed, too. It differs from what could be told before.
///
/// It has neither what the kernel does not tell, such as the rules of Landlock and what the filters of seccomp refuse, nor
/// what takes as long to find out as all the rest, which is the bounding set of capabilities, the control groups and the
/// umask, nor what hardly any program changes, which is the session's keyring and the personality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rights {
    /// Real, effective and saved.
    users: Option<[u32; 3]>,
    groups: Option<[u32; 3]>,
    supplementary: Option<Vec<rustix::process::Gid>>,
    capabilities: Option<CapabilitySets>,
    /// One bit for each capability.
    ambient: u64,
    secure_bits: Option<u32>,
    no_new_privileges: Option<bool>,
    seccomp: Option<i32>,
    /// How many filters a system call has to pass, if this process can add any.
    seccomp_filters: Option<u32>,
    /// Device, inode, and the mount, which is another one in another mount namespace.
    root: Option<(u32, u32, u64, u64)>,
    /// Inodes; two of them name one namespace if they are equal. All but the first are asked of a process that can change
    /// them.
    namespaces: [Option<u64>; NAMESPACES.len()],
    cpus: Option<CpuSet>,
    /// Soft and hard. By nix, since rustix takes it for granted that no sandbox refuses the call.
    limits: [Option<(u64, u64)>; LIMITS.len()],
    scheduling: Option<Scheduling>,
}

/// All but two that have no effect any more, `RLIMIT_LOCKS` and `RLIMIT_RSS` (getrlimit(2)).
const LIMITS: [Resource; 14] = [
    Resource::RLIMIT_AS,
    Resource::RLIMIT_CORE,
    Resource::RLIMIT_CPU,
    Resource::RLIMIT_DATA,
    Resource::RLIMIT_FSIZE,
    Resource::RLIMIT_MEMLOCK,
    Resource::RLIMIT_MSGQUEUE,
    Resource::RLIMIT_NICE,
    Resource::RLIMIT_NOFILE,
    Resource::RLIMIT_NPROC,
    Resource::RLIMIT_RTPRIO,
    Resource::RLIMIT_RTTIME,
    Resource::RLIMIT_SIGPENDING,
    Resource::RLIMIT_STACK,
];

impl Rights {
    /// Those of the calling thread, which is the one that would start something.
    pub(crate) fn current() -> Rights {
        let users = getresuid().ok();
        let groups = getresgid().ok();
        let capabilities = capabilities(None).ok();
        let no_new_privileges = no_new_privs().ok();
        let seccomp = secure_computing_mode().ok().map(|mode| mode as i32);
        // In one user namespace no thread gains it back that has lost it.
        let is_admin = capabilities.is_none_or(|sets| sets.permitted.contains(CapabilitySet::SYS_ADMIN));
        let adds_filters = is_admin || no_new_privileges != Some(false);
        // Only what can be inherited can be in the ambient set.
        let inheritable = capabilities.map_or(0, |sets| sets.inheritable.bits());
        let ambient = |bit: &u64| {
            inheritable & bit != 0
                && capability_is_in_ambient_set(CapabilitySet::from_bits_retain(*bit)).unwrap_or(false)
        };
        Rights {
            users: users.map(|ids| [ids.real, ids.effective, ids.saved].map(Uid::as_raw)),
            groups: groups.map(|ids| [ids.real, ids.effective, ids.saved].map(Gid::as_raw)),
            supplementary: getgroups().ok(),
            capabilities,
            ambient: (0..u64::BITS).map(|number| 1 << number).filter(ambient).sum(),
            secure_bits: capabilities_secure_bits().ok().map(|bits| bits.bits()),
            no_new_privileges,
            seccomp,
            seccomp_filters: if adds_filters && seccomp != Some(0) { seccomp_filters() } else { None },
            root: root(),
            namespaces: namespaces(if is_admin { NAMESPACES.len() } else { 1 }),
            cpus: sched_getaffinity(None).ok(),
            limits: LIMITS.map(|resource| getrlimit(resource).ok()),
            scheduling: Scheduling::current(),
        }
    }
}

impl Rights {
    /// The same, now that a child has been started: a new namespace of process numbers cannot be told before its first
    /// process is there.
    pub(crate) fn beside_a_child(mut self) -> Rights {
        if self.namespaces[PROCESS_NUMBERS].is_none() {
            self.namespaces[PROCESS_NUMBERS] = Rights::current().namespaces[PROCESS_NUMBERS];
        }
        self
    }
}

/// Whether this process acts as another user or group than its real one. The kernel takes any program that such a process
/// runs for one with raised rights (execve(2), getauxval(3), `AT_SECURE`).
pub(crate) fn acts_as_another() -> bool {
    let is_another_user = getresuid().is_ok_and(|ids| ids.real != ids.effective);
    is_another_user || getresgid().is_ok_and(|ids| ids.real != ids.effective)
}

fn seccomp_filters() -> Option<u32> {
    let status = std::fs::read_to_string("/proc/thread-self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("Seccomp_filters:"))?.trim().parse().ok()
}

/// The namespaces that a child would be in. That of the mounts is not among them, since the root folder tells it.
const NAMESPACES: [&CStr; 7] =
    [c"user", c"cgroup", c"ipc", c"net", c"pid_for_children", c"time_for_children", c"uts"];

/// Where among them that of the process numbers is.
const PROCESS_NUMBERS: usize = 4;

/// The first ones of the calling thread. The text of a link, such as `net:[4026531840]`, is had three times as quickly as the
/// inode by `stat`, for which the kernel makes one.
fn namespaces(count: usize) -> [Option<u64>; NAMESPACES.len()] {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = openat(CWD, c"/proc/thread-self/ns", flags, Mode::empty()).ok();
    let inode = |folder: &OwnedFd, name| {
        let mut text = [0; 64];
        let length = readlinkat_raw(folder, name, &mut text[..]).ok()?;
        str::from_utf8(&text[..length]).ok()?.split_once('[')?.1.strip_suffix(']')?.parse().ok()
    };
    array::from_fn(|at| if at < count { inode(folder.as_ref()?, NAMESPACES[at]) } else { None })
}

fn root() -> Option<(u32, u32, u64, u64)> {
    let wanted = StatxFlags::INO | StatxFlags::MNT_ID;
    let found = statx(CWD, c"/", AtFlags::empty(), wanted).ok()?;
    Some((found.stx_dev_major, found.stx_dev_minor, found.stx_ino, found.stx_mnt_id))
}

/// The first version of the kernel's structure (sched_setattr(2)): policy, nice value, priority, deadlines.
#[repr(C)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Scheduling {
    size: u32,
    policy: u32,
    flags: u64,
    nice: i32,
    priority: u32,
    deadlines: [u64; 3],
}

impl Scheduling {
    fn current() -> Option<Scheduling> {
        let mut found = Scheduling::default();
        let size = size_of::<Scheduling>();
        // By hand, since neither crate has the call.
        // SAFETY: the structure is valid for the kernel to write that many bytes to, and any bytes are valid numbers.
        let done = unsafe { libc::syscall(libc::SYS_sched_getattr, 0, &raw mut found, size, 0) };
        (done == 0).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_thread_gives_up_is_seen_and_nothing_else_changes() {
        std::thread::spawn(|| {
            let before = Rights::current();
            assert_eq!(before, Rights::current());
            assert!(
                before.users.is_some() && before.root.is_some() && before.scheduling.is_some(),
                "{before:?}"
            );
            rustix::thread::set_no_new_privs(true).expect("a thread can give that up");
            let after = Rights::current();
            assert_ne!(before, after);
            assert_eq!(Rights { no_new_privileges: before.no_new_privileges, ..after }, before);
        })
        .join()
        .expect("it does not panic");
    }

    #[test]
    fn an_affinity_and_a_nice_value_are_rights() {
        std::thread::spawn(|| {
            let before = Rights::current();
            let mut one = CpuSet::new();
            let allowed = before.cpus.as_ref().expect("it can be asked");
            one.set((0..CpuSet::MAX_CPU).find(|&cpu| allowed.is_set(cpu)).expect("it may use one"));
            rustix::thread::sched_setaffinity(None, &one).expect("it may use fewer");
            assert_eq!(Rights::current().cpus, Some(one));
            let bound = Rights::current();
            rustix::process::nice(1).expect("it may be nicer");
            assert_ne!(Rights::current(), bound);
        })
        .join()
        .expect("it does not panic");
    }

    #[test]
    fn namespaces_are_told_apart() {
        let all = namespaces(NAMESPACES.len());
        assert_eq!(all, namespaces(NAMESPACES.len()));
        // Their links say what they are, too, so no two of them have one inode.
        let found: std::collections::BTreeSet<_> = all.iter().flatten().collect();
        assert_eq!(found.len(), all.iter().flatten().count(), "{all:?}");
        assert!(found.len() > 1, "{all:?}");
        let first = namespaces(1);
        assert_eq!(first[0], all[0]);
        assert_eq!(first[1..], [None; NAMESPACES.len() - 1]);
    }

    #[test]
    fn a_filter_in_a_sandbox_is_one_more() {
        std::thread::spawn(|| {
            rustix::thread::set_no_new_privs(true).expect("a thread can give that up");
            allow_all();
            let before = Rights::current();
            assert_eq!(before, Rights::current());
            allow_all();
            let after = Rights::current();
            assert_ne!(before, after);
            assert_eq!(Rights { seccomp_filters: before.seccomp_filters, ..after }, before);
        })
        .join()
        .expect("it does not panic");
    }

    /// A filter that refuses nothing.
    fn allow_all() {
        let mut allow = libc::sock_filter {
            code: (libc::BPF_RET | libc::BPF_K) as u16,
            jt: 0,
            jf: 0,
            k: libc::SECCOMP_RET_ALLOW,
        };
        let program = libc::sock_fprog { len: 1, filter: &raw mut allow };
        // SAFETY: the call copies the program, which outlives it.
        let done =
            unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) };
        assert_eq!(done, 0, "{}", std::io::Error::last_os_error());
    }

    #[test]
    fn a_test_acts_as_its_own_user() {
        assert!(!acts_as_another());
    }
}
