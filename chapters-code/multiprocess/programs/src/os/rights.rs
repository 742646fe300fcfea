//! What a process may do, and how it gives up some of it ([credentials(7)](https://man7.org/linux/man-pages/man7/credentials.7.html),
//! [capabilities(7)](https://man7.org/linux/man-pages/man7/capabilities.7.html)).
//!
//! A function that only root may call gives `false` in a process that is not root.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::{become_nobody, checked};

/// The user and the group `nobody`.
pub const NOBODY: u32 = 65534;

/// The flag for a namespace of clocks, which the `libc` crate does not have (clone(2)).
pub const CLONE_NEWTIME: libc::c_int = 0x80;

/// The capability that the programs give up and need for nothing: `CAP_NET_ADMIN`.
const GIVEN_UP: u32 = 12;

/// Whether the kernel has run this program as one that has other rights than the user who started it: a set-user-ID or
/// set-group-ID program, or one with file capabilities (getauxval(3), `AT_SECURE`).
pub fn are_raised() -> bool {
    // SAFETY: a look-up in the table that the kernel passed at start.
    unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}

/// Whether this process is root.
pub fn is_root() -> bool {
    // SAFETY: the call has no conditions.
    unsafe { libc::geteuid() == 0 }
}

/// Becomes `nobody` for good, without any of root's groups.
pub fn become_ordinary() -> bool {
    give_up_groups(&[]) && become_nobody()
}

/// Is a member of these groups and of no others.
pub fn give_up_groups(groups: &[libc::gid_t]) -> bool {
    // SAFETY: the slice has that many elements.
    unsafe { libc::setgroups(groups.len(), groups.as_ptr()) == 0 }
}

/// Becomes the group `nobody` for good.
pub fn give_up_group() -> bool {
    // SAFETY: the call takes a number.
    unsafe { libc::setgid(NOBODY) == 0 }
}

/// Acts as another user from now on, and can go back.
pub fn act_as(user: libc::uid_t) -> bool {
    // SAFETY: the call takes a number.
    unsafe { libc::seteuid(user) == 0 }
}

/// Sees nothing outside of a folder from now on.
pub fn enter_root(folder: &Path) -> bool {
    let folder = CString::new(folder.as_os_str().as_bytes()).expect("a path holds no nul byte");
    // SAFETY: the path is a C string.
    unsafe { libc::chroot(folder.as_ptr()) == 0 && libc::chdir(c"/".as_ptr()) == 0 }
}

/// Leaves namespaces for new ones, by their flags (unshare(2)).
pub fn unshare(flags: libc::c_int) -> bool {
    // SAFETY: the call takes a number.
    unsafe { libc::unshare(flags) == 0 }
}

/// Gains no rights from a program any more (PR_SET_NO_NEW_PRIVS(2const)).
pub fn gain_none() {
    // SAFETY: the call takes numbers.
    checked(unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) });
}

/// Root is a user like any other for the programs that this process runs from now on (`SECBIT_NOROOT`).
pub fn make_root_ordinary() -> bool {
    // SAFETY: the call takes numbers.
    unsafe { libc::prctl(libc::PR_SET_SECUREBITS, 1, 0, 0, 0) == 0 }
}

/// What capset(2) and capget(2) take; the `libc` crate does not have it.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Capabilities {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

/// The third version of the calls, which is that of 64 capabilities.
const VERSION: u32 = 0x2008_0522;

/// Gives up a capability. With `for_good` the next `execve` does not bring it back, as it would for root.
pub fn give_up_capability(for_good: bool) -> bool {
    let header = [VERSION, 0];
    let mut sets = [Capabilities::default(); 2];
    // SAFETY: the header and the sets are as long as that version of the calls says.
    unsafe {
        if for_good && libc::prctl(libc::PR_CAPBSET_DROP, GIVEN_UP, 0, 0, 0) != 0 {
            return false;
        }
        if libc::syscall(libc::SYS_capget, &raw const header, &raw mut sets) != 0 {
            return false;
        }
        let had = sets[0].permitted & 1 << GIVEN_UP != 0;
        for set in [&mut sets[0].effective, &mut sets[0].permitted, &mut sets[0].inheritable] {
            *set &= !(1 << GIVEN_UP);
        }
        had && libc::syscall(libc::SYS_capset, &raw const header, &raw const sets) == 0
    }
}

/// Gives a program a capability, which its process then has whatever user runs it.
pub fn give_file_capability(program: &Path) -> bool {
    // The second revision of the attribute, effective; permitted is CAP_NET_ADMIN; little-endian (uapi/linux/capability.h).
    let words: [u32; 5] = [0x0200_0001, 1 << GIVEN_UP, 0, 0, 0];
    let value: Vec<u8> = words.into_iter().flat_map(u32::to_le_bytes).collect();
    let program = CString::new(program.as_os_str().as_bytes()).expect("a path holds no nul byte");
    // SAFETY: the strings are C strings, and the value is as long as is said.
    unsafe {
        libc::setxattr(
            program.as_ptr(),
            c"security.capability".as_ptr(),
            value.as_ptr().cast(),
            value.len(),
            0,
        ) == 0
    }
}

/// What this process may do, as far as the kernel tells: each right with its value. Without `/proc` there are fewer.
pub fn all() -> BTreeMap<String, String> {
    let mut rights = BTreeMap::new();
    let (mut real, mut effective, mut saved) = (0, 0, 0);
    // SAFETY: the three numbers are valid for the kernel to write to.
    checked(unsafe { libc::getresuid(&raw mut real, &raw mut effective, &raw mut saved) });
    rights.insert("users".to_owned(), format!("{real} {effective} {saved}"));
    // SAFETY: as above.
    checked(unsafe { libc::getresgid(&raw mut real, &raw mut effective, &raw mut saved) });
    rights.insert("group ids".to_owned(), format!("{real} {effective} {saved}"));
    // SAFETY: the call takes a number.
    let bits = checked(unsafe { libc::prctl(libc::PR_GET_SECUREBITS, 0, 0, 0, 0) });
    rights.insert("securebits".to_owned(), bits.to_string());
    let root = fs::metadata("/").expect("every process has a root folder");
    rights.insert("root folder".to_owned(), format!("{} {}", root.dev(), root.ino()));
    rights.insert("uname".to_owned(), uname());
    for line in fs::read_to_string("/proc/self/status").unwrap_or_default().lines() {
        if let Some((field, value)) = line.split_once(':')
            && (field.starts_with("Cap")
                || ["Groups", "NoNewPrivs", "Seccomp", "Seccomp_filters", "Cpus_allowed"].contains(&field))
        {
            rights.insert(field.to_owned(), value.trim().to_owned());
        }
    }
    for namespace in ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"] {
        if let Ok(link) = fs::read_link(format!("/proc/self/ns/{namespace}")) {
            rights.insert(format!("{namespace} namespace"), link.display().to_string());
        }
    }
    rights
}

fn uname() -> String {
    // SAFETY: the structure is plain data, for which zero is a valid value, and valid for the kernel to write to.
    let mut name: libc::utsname = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    match unsafe { libc::uname(&raw mut name) } {
        0 => "answers".to_owned(),
        _ => std::io::Error::last_os_error().to_string(),
    }
}
