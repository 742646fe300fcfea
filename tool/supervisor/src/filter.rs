//! Makes a program stop for its tracer at the few system calls that are told of, and at no other.
//!
//! It is a filter of seccomp(2), which runs in the kernel at each call and asks for a stop (`SECCOMP_RET_TRACE`) or for
//! none. All that the program starts inherits it.

use libc::{sock_filter, sock_fprog};
use nix::{errno::Errno, sys::prctl};

use crate::{arch, call, request::Extras, sys};

/// The filter, ready to be put in place.
pub(crate) struct Filter(Vec<sock_filter>);

/// Where `struct seccomp_data` has the call's number, the architecture that it is a number of, and the arguments, of 64 bits each.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;
const ARGUMENTS: usize = 16;

impl Filter {
    /// Why the kernel does not offer this, if it does not.
    pub(crate) fn refused() -> Option<String> {
        let action = libc::SECCOMP_RET_TRACE;
        let asked = sys::seccomp(libc::SECCOMP_GET_ACTION_AVAIL, &action);
        asked.err().map(|errno| format!("seccomp: {}", errno.desc()))
    }

    /// The filter for the calls that are told of.
    pub(crate) fn new(extras: Extras) -> Filter {
        let load = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
        let equal = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
        let give = (libc::BPF_RET | libc::BPF_K) as u16;
        let step = |code, k, jt, jf| sock_filter { code, jt, jf, k };
        let numbers: Vec<u32> = call::numbers(extras).collect();
        // A jump goes over so many steps: here over the other calls and the permission to go on.
        let over = |steps: usize| u8::try_from(steps).expect("a table of fewer than 256 calls");
        // A call that maps memory stops only if others may map it, too. Both architectures have the lower half of a number first.
        let (argument, bit) = call::MAP_FLAGS;
        let flags = u32::try_from(ARGUMENTS + 8 * argument).expect("an offset in a small structure");
        let mapping = [
            step(equal, call::MAP as u32, 0, 2),
            step(load, flags, 0, 0),
            step((libc::BPF_JMP | libc::BPF_JSET | libc::BPF_K) as u16, bit, 1, 0),
        ];
        let mapping = if extras.memory { &mapping[..] } else { &[] };
        let rest = numbers.len() + mapping.len();
        let mut steps = vec![
            step(load, ARCHITECTURE, 0, 0),
            step(equal, arch::AUDIT, 0, over(rest + 1)),
            step(load, NUMBER, 0, 0),
        ];
        let jumps = numbers.iter().enumerate();
        steps.extend(jumps.map(|(at, &number)| step(equal, number, over(rest - at), 0)));
        steps.extend(mapping);
        steps.push(step(give, libc::SECCOMP_RET_ALLOW, 0, 0));
        steps.push(step(give, libc::SECCOMP_RET_TRACE, 0, 0));
        Filter(steps)
    }

    /// Puts it in place, for this thread and for all that it starts.
    ///
    /// Who is not privileged has to give up set-user-ID programs for it. A traced process has none anyway.
    pub(crate) fn apply(&self) -> nix::Result<()> {
        let program = sock_fprog {
            len: u16::try_from(self.0.len()).map_err(|_| Errno::E2BIG)?,
            filter: self.0.as_ptr().cast_mut(),
        };
        match sys::seccomp(libc::SECCOMP_SET_MODE_FILTER, &program) {
            Err(Errno::EACCES) => {
                prctl::set_no_new_privs()?;
                sys::seccomp(libc::SECCOMP_SET_MODE_FILTER, &program)
            }
            other => other,
        }
    }
}
