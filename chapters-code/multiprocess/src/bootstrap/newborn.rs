//! A child, from what is known of it before its birth to its end.

use std::borrow::Cow;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::plan::{Outcome, ParentName, Plan};
use super::role::{self, Parent, Role};
use super::{REFUSED, refuse, report};
use crate::error::Refusal;
use crate::sys::function::Descriptor;
use crate::sys::{alive, exit, this};
use crate::wire::{self, Kind};

/// The exit code of a child whose target panicked: what a Rust program whose `main` panics ends with.
const PANICKED: i32 = 101;

/// Room for the result of most targets.
const RESULT: usize = 256;

/// All that a child is made of. It is put together before a fork and not after: in the copy each page that is written
/// and each piece of code that runs for the first time costs a page fault, and nothing need be allocated there before the
/// target runs.
pub(crate) struct Newborn<'a> {
    /// Takes the outcome.
    pub(crate) file: File,
    role: Box<Role>,
    parent: ParentName,
    arguments: Cow<'a, [u8]>,
    target: Result<&'static Descriptor, Refusal>,
    result: Vec<u8>,
}

impl<'a> Newborn<'a> {
    /// The child that the plan describes.
    pub(crate) fn new(
        plan: &Plan,
        arguments: Cow<'a, [u8]>,
        target: Result<&'static Descriptor, Refusal>,
        file: File,
    ) -> Newborn<'a> {
        Newborn {
            file,
            role: Box::new(Role::child(plan)),
            parent: plan.parent.clone(),
            arguments,
            target,
            result: Vec::with_capacity(RESULT),
        }
    }

    /// Goes through the motions of a life without becoming anybody, with a target that does nothing and a file that keeps
    /// nothing. What a child that stands by has gone through once it need not wait for when it matters: each page that is
    /// written and each piece of code that runs for the first time after a fork costs a page fault.
    pub(super) fn rehearse(self) {
        this::set_comm(&self.role.name);
        report::install(self.file);
        if let Ok(target) = self.target
            && let Ok(body) = catch_unwind(AssertUnwindSafe(|| target.entry()(&self.arguments, self.result)))
        {
            let _ =
                wire::write(&report::take(), Kind::Outcome, &Outcome::Returned, &body.unwrap_or_default());
        }
        exit::flush_after_handlers();
        exit::flush_c_buffers();
    }

    /// Makes this process that child, does the child's work and ends the process.
    ///
    /// Nothing unwinds out of here: in a forked child that would go on in the parent's frames.
    pub(crate) fn live(mut self, alive: OwnedFd) -> ! {
        this::set_comm(&self.role.name);
        match alive::Parent::watch(alive, self.role.daemon) {
            Ok(alive) => self.role.parent = Some(Parent { name: self.parent, alive }),
            Err(error) => refuse(&self.file, &Refusal::Unprepared(format!("watching its parent: {error}"))),
        }
        role::become_(self.role);
        report::install(self.file);
        let target = match self.target {
            Ok(target) => target,
            Err(refusal) => refuse(&report::take(), &refusal),
        };
        // ANCHOR: answer
        // The arguments and the target come from this call and nothing of them is seen after a panic.
        let answer = catch_unwind(AssertUnwindSafe(|| target.entry()(&self.arguments, self.result)));
        let (outcome, body, code) = match answer {
            Ok(Ok(body)) => (Outcome::Returned, body, 0),
            Ok(Err(refusal)) => (Outcome::Refused(refusal), Vec::new(), REFUSED),
            Err(payload) => {
                let panic = report::panic(payload.as_ref());
                // Dropping a payload may panic again; the process ends here anyway.
                std::mem::forget(payload);
                (Outcome::Panicked(panic), Vec::new(), PANICKED)
            }
        };
        let file = report::take();
        if let Err(error) = wire::write(&file, Kind::Outcome, &outcome, &body) {
            // No room for the result; there may be for the reason.
            refuse(&file, &Refusal::ResultNotSerializable(error.to_string()));
        }
        exit::exit(code)
        // ANCHOR_END: answer
    }
}
