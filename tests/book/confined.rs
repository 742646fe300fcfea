//! Conditions under which things do not work: a command is given less than this process has.

use std::io::{Error, Write, stderr};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use nix::libc::{self, c_long, sock_filter, sock_fprog};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::resource::{Resource, setrlimit};
use nix::unistd::{Pid, geteuid};

/// A system call that is to fail.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused {
    pub(crate) call: c_long,
    /// Only when this argument, counted from 0, has all of these bits.
    pub(crate) only: Option<(u32, u32)>,
    /// With this error.
    pub(crate) errno: i32,
}

impl Refused {
    pub(crate) fn new(call: c_long, errno: i32) -> Refused {
        Refused { call, only: None, errno }
    }

    pub(crate) fn only(self, argument: u32, bits: u32) -> Refused {
        Refused { only: Some((argument, bits)), ..self }
    }

    /// For seccomp(2): the call's number is at offset 0 of what the filter looks at, the arguments are at 16 and on.
    fn filter(self) -> Vec<sock_filter> {
        let load = |offset| step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset);
        let end = |action| step(libc::BPF_RET | libc::BPF_K, action);
        let equal = |value| step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, value);
        let mut refuse = vec![end(libc::SECCOMP_RET_ERRNO | self.errno as u32)];
        if let Some((argument, bits)) = self.only {
            let masked = step(libc::BPF_ALU | libc::BPF_AND | libc::BPF_K, bits);
            let test = sock_filter { jf: 1, ..equal(bits) };
            refuse.splice(0..0, [load(16 + 8 * argument), masked, test]);
        }
        let other = sock_filter { jf: refuse.len() as u8, ..equal(self.call as u32) };
        [vec![load(0), other], refuse, vec![end(libc::SECCOMP_RET_ALLOW)]].concat()
    }
}

fn step(code: u32, k: u32) -> sock_filter {
    sock_filter { code: code as u16, jt: 0, jf: 0, k }
}

/// The command gets an error from this call, and so does everything it starts.
pub(crate) fn refuse(command: &mut Command, refused: Refused) -> &mut Command {
    let filter = refused.filter();
    let install = move || {
        let program = sock_fprog { len: filter.len() as u16, filter: filter.as_ptr().cast_mut() };
        // SAFETY: the program and its instructions outlive the call, which copies them.
        let installed = unsafe {
            libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
            libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program)
        };
        if installed == 0 { Ok(()) } else { Err(Error::last_os_error()) }
    };
    // SAFETY: it makes two system calls and allocates nothing.
    unsafe { command.pre_exec(install) }
}

/// The command may have so much of something.
pub(crate) fn limit(command: &mut Command, resource: Resource, most: u64) -> &mut Command {
    // SAFETY: it makes one system call.
    unsafe { command.pre_exec(move || setrlimit(resource, most, most).map_err(Error::from)) }
}

/// The command may run on one processor only.
pub(crate) fn on_one_processor(command: &mut Command) -> &mut Command {
    let this = Pid::from_raw(0);
    let allowed = sched_getaffinity(this).expect("it is this process");
    let first = (0..CpuSet::count()).find(|&cpu| allowed.is_set(cpu) == Ok(true)).expect("it runs somewhere");
    let mut one = CpuSet::new();
    one.set(first).expect("the kernel named it");
    // SAFETY: it makes one system call.
    unsafe { command.pre_exec(move || sched_setaffinity(this, &one).map_err(Error::from)) }
}

/// A user whom root becomes, because limits on processes do not bind root. Nobody else does.
pub(crate) fn as_a_user(command: &mut Command) -> &mut Command {
    if geteuid().is_root() { command.uid(54_321).gid(54_321) } else { command }
}

/// Says that a part of a test did not run: it must not look like one that passed.
pub(crate) fn did_not_run(why: &str) {
    // Not `eprintln!`, which the test harness keeps to itself while a test passes.
    let _ = writeln!(stderr(), "\nDID NOT RUN, {why}");
}

/// `command` in namespaces of its own (`--mount`, `--net`, or several options), in which `script` is run before it. `None`
/// where this is not permitted, once that has been said.
pub(crate) fn apart(namespaces: &str, script: &str, command: &Command) -> Option<Command> {
    let user: &[&str] = if geteuid().is_root() { &[] } else { &["--user", "--map-root-user"] };
    let unshare = |script: &str| {
        let mut unshare = Command::new("unshare");
        unshare
            .args(user)
            .args(namespaces.split(' '))
            .args(["sh", "-ec", script, "apart"])
            .stdin(Stdio::null());
        unshare
    };
    let tried = unshare(script).output();
    if !tried.as_ref().is_ok_and(|tried| tried.status.success()) {
        // Not `eprintln!`, which the test harness keeps to itself while a test passes.
        let _ =
            writeln!(stderr(), "\nDID NOT RUN, for want of a namespace ({namespaces}): {script}: {tried:?}");
        return None;
    }
    let mut whole = unshare(&format!("{script}\nexec \"$@\""));
    whole.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        whole.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => whole.env(name, value),
            None => whole.env_remove(name),
        };
    }
    Some(whole)
}
