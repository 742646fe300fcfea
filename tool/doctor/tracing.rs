//! Whether a program can be run under a supervisor, and whether that one may follow it.

use std::fs;
use std::time::Duration;

use supervisor::{End, Request, Run, RunError};

use crate::doctor::check::{Check, Trouble};
use crate::doctor::kernel::TRACING;
use crate::doctor::task::Task;

/// Runs this very program under a supervisor, which needs nothing else to be installed: once as it is, once followed in
/// detail.
pub fn checks() -> Vec<Check> {
    let request = || Request::new("/proc/self/exe").args(["--version"]).within(Duration::from_secs(30));
    let fix = "fix what is missing above: the supervisor needs it";
    let supervised = ended(supervisor::run(&request().untraced())).map_err(|found| Trouble::new(found, fix));
    let traced = supervisor::run(&request().detailed()).map_err(|error| error.to_string());
    let traced = traced.and_then(|run| match &run.untraced {
        None => ended(Ok(run)),
        Some(refusal) => Err(refusal.clone()),
    });
    vec![
        Check::new("supervisor", Task::Run, supervised.map(|()| "runs a program to its end".into())),
        Check::new(
            "ptrace, seccomp",
            Task::Timelines,
            match traced {
                Ok(()) => Ok("follow a program and what it starts".into()),
                Err(found) => Err(Trouble::new(found, who_refuses())),
            },
        ),
    ]
}

fn ended(run: Result<Run, RunError>) -> Result<(), String> {
    match run {
        Ok(run) if run.ended() == End::Exit(0) => Ok(()),
        Ok(run) => Err(format!("its program ended: {}", run.ended())),
        Err(error) => Err(error.to_string()),
    }
}

/// Several may refuse ptrace(2) and seccomp(2), and each tells its own way.
fn who_refuses() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name| status.lines().find_map(|line| line.strip_prefix(name)).map_or("", str::trim);
    let yama = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default();
    match (field("TracerPid:"), yama.trim(), field("Seccomp:")) {
        (tracer, _, _) if !matches!(tracer, "" | "0") => {
            format!("run it outside of the debugger or tracer that follows it, process {tracer}")
        }
        (_, "2", _) => "sysctl kernel.yama.ptrace_scope=1".into(),
        (_, "3", _) => "set kernel.yama.ptrace_scope to 1 in /etc/sysctl.d, and restart the machine".into(),
        (_, _, "2") => format!("a container's filter forbids it: {TRACING}"),
        _ => format!("something forbids it, most likely a container: {TRACING}"),
    }
}
