//! What a parent has left for this process as its descriptor 3.

use std::ffi::CStr;
use std::os::fd::OwnedFd;

use crate::sys::{numbers, socket, this};
use crate::wire::message::{CHILD, SERVICE};

/// Set for every program that is started as a child. Its work comes as descriptor 3; this tells a child whose launcher has
/// closed that descriptor that it is one, and must not start children of its own. It names the version of the crate.
pub(super) const VARIABLE: &str =
    concat!("MULTIPROCESS_CHILD_", env!("CARGO_PKG_VERSION_MAJOR"), "_", env!("CARGO_PKG_VERSION_MINOR"));

/// The variable as it is set.
pub(crate) const MARK: &CStr = {
    let bytes = concat!(
        "MULTIPROCESS_CHILD_",
        env!("CARGO_PKG_VERSION_MAJOR"),
        "_",
        env!("CARGO_PKG_VERSION_MINOR"),
        "=yes\0"
    );
    match CStr::from_bytes_with_nul(bytes.as_bytes()) {
        Ok(mark) => mark,
        Err(_) => panic!("one null byte, at the end"),
    }
};

/// What this process was started for.
pub(super) enum Handed {
    /// To be a child. Its order is in the socket.
    Child(OwnedFd),
    /// To be a forkserver. What it has to know is in the socket.
    Service(OwnedFd),
    /// To be a child of this version, but its descriptor is not there.
    Lost,
    /// For itself: it is the program.
    Nothing,
}

impl Handed {
    /// Looks at descriptor 3. What is not this crate's, and of this version, is left alone.
    pub(super) fn look() -> Handed {
        let front = socket::peek(numbers::HANDED[0]);
        let begins_with = |front: &[u8], mark: &[u8]| front.get(..mark.len()) == Some(mark);
        let kind = match &front {
            Some(front) if begins_with(front, CHILD) => Handed::Child,
            Some(front) if begins_with(front, SERVICE) => Handed::Service,
            _ if std::env::var_os(VARIABLE).is_some_and(|value| value == "yes") => return Handed::Lost,
            _ => return Handed::Nothing,
        };
        #[expect(
            unsafe_code,
            reason = "what a parent leaves open for its child has no other owner in the child"
        )]
        // SAFETY: `init` looks once, at the start of a process, and what is there is a socket with a message of this crate
        // in it, which only a parent's start puts there.
        kind(unsafe { numbers::inherit(numbers::HANDED[0]) })
    }
}

/// Sees to it that programs which this process starts are not taken for children.
pub(super) fn forget_variable() {
    if this::is_alone().is_ok() {
        #[expect(unsafe_code, reason = "removing a variable is safe while there is one thread")]
        // SAFETY: this is the only thread.
        unsafe {
            this::set_variable(VARIABLE.as_ref(), None);
        }
    } else {
        // A thread that a library's constructor has started may be reading the environment. The name stays where it is.
        this::blank_variable(MARK);
    }
}
