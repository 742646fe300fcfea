//! A child's panics: told to standard error whole and with the process's name, and kept for the parent.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::mem;
use std::panic::{PanicHookInfo, set_hook, take_hook};

use super::call::said;
use super::me::me;
use super::outcome::Outcome;
use crate::error::Panic;
use crate::sys::this;

/// Replaces the panic hook of this process with one that names the process.
pub(super) fn install_hook() {
    // In a forked child the hook before is the parent's, with all that it owns: dropped here, a temporary folder of the
    // parent's would be removed.
    mem::forget(take_hook());
    set_hook(Box::new(|info| {
        let panic = describe(info);
        let Some(me) = me() else { return };
        print(&me.name, &panic);
        if this::is_main_thread() {
            let mut report = me.report();
            // In a copy that the target has made there is no such file.
            if let Some(file) = report.outcome.as_ref().filter(|_| cfg!(panic = "abort")) {
                // If there is no room the parent still learns of the abort from the exit status.
                let _ = file.write(&Outcome::Panicked(panic.clone()), &[]);
            }
            report.last = Some(panic);
        }
    }));
}

fn describe(info: &PanicHookInfo<'_>) -> Panic {
    let mut panic = said(info.payload());
    panic.location = info.location().map(Into::into);
    let backtrace = Backtrace::capture();
    panic.backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
    panic
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
