//! The first steps of every child: it takes up its work, and goes where it is to be.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use super::end::{Birth, refuse};
use super::me::{Handouts, Me, register_exit_in_forked_child};
use super::newborn::Newborn;
use super::outcome::OutcomeFile;
use super::plan::Plan;
use crate::error::Refusal;
use crate::sys::function::Callable;
use crate::sys::{ends, exit, numbers, this};
use crate::wire::file::{self, Found, Mark};
use crate::wire::handover::Work;

/// Reads what a child is to be and to do.
pub(super) fn take_up(
    work: Work,
    birth: Birth,
    find: impl FnOnce(&Plan) -> Result<&'static Callable, Refusal>,
) -> (Newborn<'static>, OwnedFd) {
    let unreadable = |reason| Refusal::WorkUnreadable(reason);
    let (plan, arguments) = match file::read::<Plan>(work.file.as_fd(), Mark::Work) {
        Ok(Found::Whole(plan, arguments)) => (plan, arguments),
        Ok(Found::Damaged(reason)) => refuse_work(work.file, birth, unreadable(reason)),
        Ok(Found::Work | Found::Nothing) => {
            refuse_work(work.file, birth, unreadable("it is gone".to_owned()))
        }
        Err(error) => refuse_work(work.file, birth, unreadable(error.to_string())),
    };
    // The room is given back, so large arguments exist once from here on.
    if let Err(error) = file::mark_taken(work.file.as_fd(), arguments.len()) {
        refuse_work(work.file, birth, unreadable(error.to_string()));
    }
    let target = find(&plan);
    (Newborn::new(&plan, birth, arguments.into(), target, work.file).with(work.arguments), work.alive)
}

/// Tells the parent through the file why the work is not done, and ends the process.
pub(super) fn refuse_work(file: OwnedFd, birth: Birth, refusal: Refusal) -> ! {
    refuse(&OutcomeFile::new(file), birth, refusal)
}

/// What a forked child is to have in place of its parent's.
pub(crate) struct Surroundings<'a> {
    /// Standard input, output and error. One that is missing is closed.
    pub(crate) streams: [Option<BorrowedFd<'a>>; 3],
    /// The working folder, if it is another one.
    pub(crate) folder: Option<BorrowedFd<'a>>,
}

/// A forked child's first steps and its work. What it has as a copy of its parent is forgotten first.
pub(crate) fn enter_forked(handouts: &Handouts, surroundings: &Surroundings<'_>, child: Newborn<'_>) -> ! {
    Me::forget_original();
    register_exit_in_forked_child();
    // Last, because what it is given may come by one of those numbers.
    let entered = surroundings.enter().and_then(|()| {
        // A child that reads to the end of its input would otherwise wait for this one.
        let let_go = ends::let_go(child.descriptors(), handouts.empty_input.as_fd());
        let_go.map_err(|error| ("letting go of its parent's pipes", error))
    });
    if let Err((what, error)) = entered {
        refuse_work(child.file, Birth::Copied, Refusal::Unprepared(format!("{what}: {error}")));
    }
    #[expect(
        unsafe_code,
        reason = "the copy of a pipe that is its parent's belongs to no other code in a forked child"
    )]
    // SAFETY: the handouts belong to the parent's `Me`, which this process is no longer.
    let alive = unsafe { handouts.alive.seen_by_forked_child() };
    child.live(alive)
}

impl Surroundings<'_> {
    /// Puts this process there.
    pub(super) fn enter(&self) -> Result<(), (&'static str, io::Error)> {
        if let Some(folder) = self.folder {
            this::enter_folder(folder).map_err(|error| ("its working directory", error))?;
        }
        let names = ["its standard input", "its standard output", "its standard error"];
        for ((number, stream), name) in (0..).zip(&self.streams).zip(names) {
            match stream {
                Some(stream) if stream.as_raw_fd() == number => {}
                Some(stream) => numbers::place(*stream, number).map_err(|error| (name, error))?,
                None => numbers::clear(number),
            }
        }
        // What C code of the parent has read ahead.
        exit::purge_c_input();
        Ok(())
    }
}
