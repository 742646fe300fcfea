//! A child, from what is known of it before its birth to its end.

use std::borrow::Cow;
use std::ffi::CString;
use std::os::fd::OwnedFd;

use super::call::perform;
use super::end::{self, Birth, REFUSED};
use super::me::Me;
use super::outcome::{Outcome, OutcomeFile};
use super::plan::{Environment, Plan};
use super::report;
use crate::error::Refusal;
use crate::sys::function::Callable;
use crate::sys::{alive, exit, this};

/// The exit code of a child whose target panicked: what a Rust program whose `main` panics ends with.
const PANICKED: i32 = 101;

/// Room for the result of most targets.
const RESULT: usize = 256;

/// All that a child is made of. It is put together before a fork and not after: in the copy each page that is written
/// and each piece of code that runs for the first time costs a page fault, and nothing need be allocated there before the
/// target runs.
pub(crate) struct Newborn<'a> {
    /// Takes the outcome.
    pub(crate) file: OwnedFd,
    me: Box<Me>,
    comm: CString,
    birth: Birth,
    /// It is killed when its parent ends.
    tied: bool,
    environment: Option<Environment>,
    /// It is to form a process group.
    own_group: bool,
    arguments: Cow<'a, [u8]>,
    descriptors: Vec<OwnedFd>,
    target: Result<&'static Callable, Refusal>,
    result: Vec<u8>,
}

impl<'a> Newborn<'a> {
    /// The child that the plan describes.
    pub(crate) fn new(
        plan: &Plan,
        birth: Birth,
        arguments: Cow<'a, [u8]>,
        target: Result<&'static Callable, Refusal>,
        file: OwnedFd,
    ) -> Newborn<'a> {
        // A program that was started for this child has been given its environment and its group.
        let copied = birth == Birth::Copied;
        let changed = copied && plan.environment.is_changed();
        Newborn {
            file,
            me: Box::new(Me::child(plan)),
            comm: this::comm(&plan.name),
            birth,
            tied: plan.daemon || plan.tied,
            environment: changed.then(|| plan.environment.clone()),
            own_group: copied && plan.own_group,
            arguments,
            descriptors: Vec::new(),
            target,
            result: Vec::with_capacity(RESULT),
        }
    }

    /// With the descriptors that its arguments hold.
    pub(crate) fn with(self, descriptors: Vec<OwnedFd>) -> Newborn<'a> {
        Newborn { descriptors, ..self }
    }

    pub(super) fn descriptors(&self) -> &[OwnedFd] {
        &self.descriptors
    }

    /// Goes through the motions of a life without becoming anybody, with a target that does nothing and a file that keeps
    /// nothing. What a child that stands by has gone through once it need not wait for when it matters: each page that is
    /// written and each piece of code that runs for the first time after a fork costs a page fault.
    pub(super) fn rehearse(self) {
        this::set_comm(&self.comm);
        report::install_hook();
        let file = OutcomeFile::new(self.file);
        if let Ok(target) = self.target {
            let (outcome, body) = perform(target, &self.arguments, self.descriptors, self.result);
            let _ = file.write(&outcome, &body);
        }
        exit::flush_after_handlers();
        exit::flush_c_buffers();
    }

    /// Makes this process that child, does the child's work and ends the process.
    ///
    /// Nothing unwinds out of here: in a forked child that would go on in the parent's frames.
    pub(crate) fn live(mut self, alive: OwnedFd) -> ! {
        let birth = self.birth;
        this::set_comm(&self.comm);
        let outcome = OutcomeFile::new(self.file);
        if let Some(environment) = &self.environment
            && let Err(reason) = end::change_environment(environment)
        {
            end::refuse(&outcome, birth, Refusal::Unprepared(reason));
        }
        if self.own_group
            && let Err(error) = this::set_group(0, 0)
        {
            end::refuse(&outcome, birth, Refusal::Unprepared(format!("its process group: {error}")));
        }
        match alive::Parent::watch(alive, self.tied) {
            Ok(alive) => self.me.see_parent(alive),
            Err(error) => {
                end::refuse(&outcome, birth, Refusal::Unprepared(format!("watching its parent: {error}")))
            }
        }
        let target = match self.target {
            Ok(target) => target,
            Err(refusal) => end::refuse(&outcome, birth, refusal),
        };
        self.me.report().outcome = Some(outcome);
        self.me.become_();
        report::install_hook();
        let worker = this::pid();
        // ANCHOR: answer
        let (outcome, body) = perform(target, &self.arguments, self.descriptors, self.result);
        let code = match &outcome {
            Outcome::Returned => 0,
            Outcome::Refused(_) => REFUSED,
            Outcome::Panicked(_) => PANICKED,
        };
        if this::pid() != worker {
            // A copy that the target has made, and that has returned from it, too, only ends.
            end::exit(birth, code);
        }
        end::finish(birth, &outcome, &body, code)
        // ANCHOR_END: answer
    }
}
