//! A call: a target is found, gets its arguments, runs, and gives a result or panics. A process does one, and others may do
//! many.

use std::any::Any;
use std::os::fd::OwnedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::me::me;
use super::outcome::Outcome;
use crate::error::{Panic, Refusal};
use crate::sys::function::{Callable, NoResult};
use crate::sys::image::Identity;
use crate::wire::message::Call;

/// The target, in an executable that is known to be the right one.
pub(crate) fn find(call: &Call) -> Result<&'static Callable, Refusal> {
    Callable::find(call.offset, &call.target)
        .ok_or_else(|| Refusal::NoSuchTarget { target: call.target.clone(), offset: call.offset })
}

/// Refuses another build than this process's.
pub(super) fn expect_own_build(identity: &Identity) -> Result<(), Refusal> {
    match identity.is_own() {
        Ok(true) => Ok(()),
        Ok(false) => Err(Refusal::ForeignExecutable),
        Err(error) => Err(Refusal::Unprepared(format!("looking at /proc/self/exe: {error}"))),
    }
}

/// Calls the target. Gives what came of it, and the serialized result if there is one, in the buffer.
///
/// Nothing unwinds out of here.
pub(crate) fn perform(
    target: &Callable,
    arguments: &[u8],
    descriptors: Vec<OwnedFd>,
    buffer: Vec<u8>,
) -> (Outcome, Vec<u8>) {
    match caught(|| target.entry()(arguments, descriptors, buffer)) {
        Ok(body) => (Outcome::Returned, body),
        Err(NoResult::Refused(refusal)) => (Outcome::Refused(refusal), Vec::new()),
        Err(NoResult::Panicked(panic)) => (Outcome::Panicked(panic), Vec::new()),
    }
}

// ANCHOR: perform
/// What a call gives, or its panic.
#[inline]
pub(super) fn caught<T>(call: impl FnOnce() -> Result<T, Refusal>) -> Result<T, NoResult> {
    // The arguments and the target come from this call, and nothing of them is seen after a panic.
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(answer) => answer.map_err(NoResult::Refused),
        Err(payload) => Err(NoResult::Panicked(noted(payload))),
    }
}

#[cold]
fn noted(payload: Box<dyn Any + Send>) -> Panic {
    let panic = panic_of(payload.as_ref());
    // Dropping a payload may panic again.
    std::mem::forget(payload);
    panic
}
// ANCHOR_END: perform

/// The panic that unwound a target: what the hook noted of it, or, if the target put another hook in place, what
/// the payload says.
fn panic_of(payload: &(dyn Any + Send)) -> Panic {
    let said = said(payload);
    let noted = me().and_then(|me| me.report().last.take());
    // `resume_unwind` calls no hook: what was noted then belongs to an earlier panic.
    noted.filter(|noted| noted.message == said.message).unwrap_or(said)
}

/// What a panic said, as far as its payload is text.
pub(super) fn said(payload: &(dyn Any + Send)) -> Panic {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    Panic::new(text.unwrap_or("the panic carries a value that is not text").to_owned())
}
