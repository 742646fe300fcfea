//! A child's panics: told to standard error whole and with the process's name, and kept for the parent.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::fs::File;
use std::panic::{PanicHookInfo, set_hook};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::plan::Outcome;
use super::{message, role};
use crate::error::Panic;
use crate::sys::this;
use crate::wire::{self, Kind};

/// What is to be reported. A `static`, because the panic hook and the code around the target share it and a hook that
/// captures something would have to be allocated.
static REPORT: Mutex<Report> = Mutex::new(Report { file: None, last: None });

struct Report {
    /// Where the outcome goes. The hook needs it too, because a program built with `panic = "abort"` ends in the hook.
    file: Option<File>,
    /// What the last panic of the main thread said. The hook knows the place, `catch_unwind` does not.
    last: Option<Panic>,
}

fn report() -> MutexGuard<'static, Report> {
    REPORT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Replaces the panic hook of this process with one that names the process. The file takes the outcome.
pub(super) fn install(file: File) {
    *report() = Report { file: Some(file), last: None };
    set_hook(Box::new(|info| {
        let panic = describe(info);
        print(role::role().map_or("", |role| &role.name), &panic);
        if this::is_main_thread() {
            let mut report = report();
            if let Some(file) = report.file.as_ref().filter(|_| cfg!(panic = "abort")) {
                // If there is no room the parent still learns of the abort from the exit status.
                let _ = wire::write(file, Kind::Outcome, &Outcome::Panicked(panic.clone()), &[]);
            }
            report.last = Some(panic);
        }
    }));
}

/// The file, for the one outcome that is written after the target has ended.
pub(super) fn take() -> File {
    report().file.take().expect("an outcome is written once")
}

/// The panic that unwound the target: what the hook noted of it, or, if the target put another hook in place, what
/// the payload says.
pub(super) fn panic(payload: &(dyn Any + Send)) -> Panic {
    let said = message(payload);
    let noted = report().last.take();
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
