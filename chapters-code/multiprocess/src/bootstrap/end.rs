//! How a child ends, with or without having done its work.

use std::ffi::OsString;

use super::me::me;
use super::outcome::{NotWritten, Outcome, OutcomeFile};
use super::plan::Environment;
use crate::error::Refusal;
use crate::sys::{exit as exits, this};

/// The exit code of a child that did not run its target.
pub(super) const REFUSED: i32 = 1;

/// How a child's process came to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Birth {
    /// As a program that was started.
    Started,
    /// As a copy of another process, with that one's exit handlers.
    Copied,
}

/// Ends this process with its own exit handlers.
pub(super) fn exit(birth: Birth, code: i32) -> ! {
    match birth {
        Birth::Started => exits::exit(code),
        Birth::Copied => exits::exit_copy(code),
    }
}

/// Tells the parent why the target was not run, and ends the process.
pub(super) fn refuse(file: &OutcomeFile, birth: Birth, refusal: Refusal) -> ! {
    match file.write(&Outcome::Refused(refusal.clone()), &[]) {
        Ok(()) => exit(birth, REFUSED),
        Err(NotWritten::Gone) => gone(file),
        Err(NotWritten::Failed(error)) => {
            complain(&format!("{refusal}; nor could that be reported: {error}"))
        }
    }
}

/// Writes what came of the work, and ends the process.
pub(super) fn finish(birth: Birth, outcome: &Outcome, body: &[u8], code: i32) -> ! {
    let file = me().and_then(|me| me.report().outcome.take());
    let file = file.unwrap_or_else(|| complain("its outcome has been written already"));
    match file.write(outcome, body) {
        Ok(()) => {}
        Err(NotWritten::Gone) => gone(&file),
        // No room for the result; there may be for the reason.
        Err(NotWritten::Failed(error)) => {
            refuse(&file, birth, Refusal::ResultNotSerializable(error.to_string()))
        }
    }
    file.abandon();
    exit(birth, code)
}

/// Ends the process, whose parent cannot be told of anything, and says so if standard error is still what it was.
fn gone(file: &OutcomeFile) -> ! {
    if file.has_stderr() {
        complain(
            "what came of its work cannot be reported, because its target has closed the descriptor for that",
        );
    }
    exits::exit_now(REFUSED)
}

/// Tells the reader of standard error, because there is no way to the parent, and ends the process.
pub(super) fn complain(what: &str) -> ! {
    let name = me().map_or("", |me| &me.name);
    let colon = if name.is_empty() { "" } else { ": " };
    this::write_to_stderr(format!("multiprocess: {name}{colon}{what}\n").as_bytes());
    exits::exit_now(REFUSED)
}

/// Changes the environment of this process, which has one thread.
pub(super) fn change_environment(environment: &Environment) -> Result<(), String> {
    environment.check()?;
    if environment.cleared {
        for (name, _) in std::env::vars_os() {
            set(&name, None);
        }
    }
    environment.changes.iter().for_each(|(name, value)| set(name, value.as_ref()));
    Ok(())
}

#[expect(unsafe_code, reason = "a child that is still alone changes its environment")]
fn set(name: &OsString, value: Option<&OsString>) {
    // SAFETY: a forked child has one thread until its target runs.
    unsafe { this::set_variable(name, value.map(OsString::as_os_str)) };
}
