//! A child's panics: told to standard error whole and with the process's name, and kept for the parent.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::fs::File;
use std::panic::{PanicHookInfo, set_hook};
use std::sync::{Arc, Mutex, PoisonError};

use super::message;
use super::plan::Outcome;
use crate::error::Panic;
use crate::sys::this;
use crate::wire::{self, Kind};

/// What the last panic of the main thread said. The hook knows the place, `catch_unwind` does not.
static LAST: Mutex<Option<Panic>> = Mutex::new(None);

/// Where the outcome goes. The hook holds it too, because a program built with `panic = "abort"` ends in the hook.
#[derive(Clone)]
pub(super) struct ResultFile(Arc<Mutex<Option<File>>>);

impl ResultFile {
    /// The file, for the one outcome that is written after the target has ended.
    pub(super) fn take(&self) -> File {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        taken.expect("an outcome is written once")
    }

    fn write_now(&self, panic: &Panic) {
        if let Some(file) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            // If there is no room the parent still learns of the abort from the exit status.
            let _ = wire::write(file, Kind::Outcome, &Outcome::Panicked(panic.clone()), &[]);
        }
    }
}

/// Replaces the panic hook of this process with one that names the process.
pub(super) fn install(process: &str, result: File) -> ResultFile {
    let result = ResultFile(Arc::new(Mutex::new(Some(result))));
    let (process, for_hook) = (process.to_owned(), result.clone());
    set_hook(Box::new(move |info| {
        let panic = describe(info);
        print(&process, &panic);
        if this::is_main_thread() {
            if cfg!(panic = "abort") {
                for_hook.write_now(&panic);
            }
            *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(panic);
        }
    }));
    result
}

/// The panic that unwound the target: what the hook noted of it, or, if the target put another hook in place, what
/// the payload says.
pub(super) fn panic(payload: &(dyn Any + Send)) -> Panic {
    let said = message(payload);
    let noted = LAST.lock().unwrap_or_else(PoisonError::into_inner).take();
    // `resume_unwind` calls no hook: what was noted then belongs to an earlier panic.
    noted.filter(|noted| noted.message == said.message).unwrap_or(said)
}

fn describe(info: &PanicHookInfo<'_>) -> Panic {
    let backtrace = Backtrace::capture();
    Panic {
        location: info.location().map(ToString::to_string),
        backtrace: (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string()),
        ..message(info.payload())
    }
}

/// One write for the whole report, so that reports of processes that panic together do not mix.
fn print(process: &str, panic: &Panic) {
    let thread = std::thread::current();
    let thread = match thread.name() {
        _ if this::is_main_thread() => String::new(),
        Some(name) => format!(", thread '{name}',"),
        None => ", an unnamed thread,".to_owned(),
    };
    let mut text = format!("{process}{thread} panicked at {panic}\n");
    if let Some(backtrace) = &panic.backtrace {
        text.push_str(backtrace.trim_end());
        text.push('\n');
    }
    this::write_to_stderr(text.as_bytes());
}
