//! What this process may do, and where it is: what a program that it starts would inherit, and a process that runs
//! already does not follow.

use std::os::unix::fs::MetadataExt;

use nix::sys::resource::{Resource, getrlimit};
use nix::unistd::{Gid, Uid, getresgid, getresuid};
use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
use rustix::process::getgroups;
use rustix::thread::{
    CapabilitySet, CapabilitySets, CpuSet, capabilities, capabilities_secure_bits,
    capability_is_in_ambient_set, no_new_privs, sched_getaffinity, secure_computing_mode,
};

/// What takes a system call each to find out. What a sandbox refuses to tell is `None`, and equal to what it refused
/// before.
///
/// [`Surroundings`] has what takes longer. Neither has what the kernel does not tell, such as the rules of Landlock,
/// nor what hardly any program changes: the session's keyring, the personality.
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
    /// Device, inode, and the mount, which is another one in another mount namespace.
    root: Option<(u32, u32, u64, u64)>,
    cpus: Option<CpuSet>,
    /// Soft and hard. By nix, since rustix takes it for granted that no sandbox refuses the call.
    limits: [Option<(u64, u64)>; LIMITS.len()],
    scheduling: Option<Scheduling>,
}

const LIMITS: [Resource; 16] = [
    Resource::RLIMIT_AS,
    Resource::RLIMIT_CORE,
    Resource::RLIMIT_CPU,
    Resource::RLIMIT_DATA,
    Resource::RLIMIT_FSIZE,
    Resource::RLIMIT_LOCKS,
    Resource::RLIMIT_MEMLOCK,
    Resource::RLIMIT_MSGQUEUE,
    Resource::RLIMIT_NICE,
    Resource::RLIMIT_NOFILE,
    Resource::RLIMIT_NPROC,
    Resource::RLIMIT_RSS,
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
            no_new_privileges: no_new_privs().ok(),
            seccomp: secure_computing_mode().ok().map(|mode| mode as i32),
            root: root(),
            cpus: sched_getaffinity(None).ok(),
            limits: LIMITS.map(|resource| getrlimit(resource).ok()),
            scheduling: Scheduling::current(),
        }
    }
}

/// Whether this process acts as another user or group than its real one. The kernel takes any program that such a process
/// runs for one with raised rights (execve(2), getauxval(3), `AT_SECURE`).
pub(crate) fn acts_as_another() -> bool {
    let is_another_user = getresuid().is_ok_and(|ids| ids.real != ids.effective);
    is_another_user || getresgid().is_ok_and(|ids| ids.real != ids.effective)
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

/// What takes a look at `/proc` to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Surroundings {
    /// Inodes; two of them name one namespace if they are equal.
    namespaces: [Option<u64>; NAMESPACES.len()],
    /// Its control groups.
    cgroup: Option<String>,
    /// The lines of `/proc/self/status` that [`LINES`] names.
    status: Vec<String>,
}

/// The capabilities that no program started from here can have, how many seccomp filters there are, and the umask.
const LINES: [&str; 3] = ["CapBnd:", "Seccomp_filters:", "Umask:"];

const NAMESPACES: [&str; 8] = [
    "/proc/thread-self/ns/cgroup",
    "/proc/thread-self/ns/ipc",
    "/proc/thread-self/ns/mnt",
    "/proc/thread-self/ns/net",
    "/proc/thread-self/ns/pid_for_children",
    "/proc/thread-self/ns/time_for_children",
    "/proc/thread-self/ns/user",
    "/proc/thread-self/ns/uts",
];

impl Surroundings {
    /// Those of the calling thread.
    pub(crate) fn current() -> Surroundings {
        let told = std::fs::read_to_string("/proc/thread-self/status").unwrap_or_default();
        let wanted = |line: &&str| LINES.iter().any(|name| line.starts_with(name));
        Surroundings {
            namespaces: NAMESPACES.map(|path| std::fs::metadata(path).ok().map(|found| found.ino())),
            cgroup: std::fs::read_to_string("/proc/thread-self/cgroup").ok(),
            status: told.lines().filter(wanted).map(str::to_owned).collect(),
        }
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
    fn surroundings_are_equal_as_long_as_nothing_changes() {
        let now = Surroundings::current();
        assert_eq!(now, Surroundings::current());
        assert!(now.namespaces.iter().any(Option::is_some), "{now:?}");
        assert_eq!(now.status.len(), LINES.len(), "{now:?}");
    }
}
