//! Whether a program can be run under a supervisor, and whether that one may follow it.

use std::fs;
use std::time::Duration;

use supervisor::{End, Request, Run, RunError};

use crate::doctor::check::{Check, Trouble};
use crate::doctor::kernel::CONTAINER;
use crate::doctor::task::Task;

/// Runs this very program under a supervisor, which needs nothing else to be installed.
pub fn checks() -> Vec<Check> {
    let request =
        Request::new("/proc/self/exe").args(["--version"]).detailed().within(Duration::from_secs(30));
    let run = supervisor::run(&request);
    let mut checks = vec![Check::new("supervisor", Task::Run, supervised(&run))];
    if let Ok(run) = run {
        checks.push(Check::new("ptrace", Task::Timelines, traced(&run)));
    }
    checks
}

fn supervised(run: &Result<Run, RunError>) -> Result<String, Trouble> {
    let mend = "mend what is missing above: the supervisor is built on it";
    match run {
        Ok(run) if run.ended() == End::Exit(0) => Ok("runs a program to its end".into()),
        Ok(run) => Err(Trouble::new(format!("its program ended: {}", run.ended()), mend)),
        Err(error) => Err(Trouble::new(error.to_string(), mend)),
    }
}

fn traced(run: &Run) -> Result<String, Trouble> {
    match &run.untraced {
        None => Ok("follows a program and what it starts".into()),
        Some(refusal) => Err(Trouble::new(refusal, who_refuses())),
    }
}

/// Three may refuse ptrace(2), and each tells its own way.
fn who_refuses() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name| status.lines().find_map(|line| line.strip_prefix(name)).map_or("", str::trim);
    let yama = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default();
    match (field("TracerPid:"), yama.trim(), field("Seccomp:")) {
        (tracer, _, _) if !matches!(tracer, "" | "0") => {
            format!("run it outside of the debugger or tracer that follows it, process {tracer}")
        }
        (_, "2", _) => "sysctl kernel.yama.ptrace_scope=1".into(),
        (_, "3", _) => {
            "set kernel.yama.ptrace_scope to 1 in /etc/sysctl.d, and start the machine anew".into()
        }
        (_, _, "2") => format!("a container's filter forbids it: {CONTAINER}"),
        _ => {
            format!("something forbids it, most likely a container: {CONTAINER} with `--cap-add=SYS_PTRACE`")
        }
    }
}
