//! Another process that measures on request. It is still while it is asked nothing.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::pinned::Places;
use crate::python::{self, Method};

/// The argument that makes this program such a process.
pub(crate) const PARENT: &str = "parent";

/// It ends at the end of its input, and is collected then.
pub(crate) struct Helper {
    process: Child,
    tasks: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Helper {
    fn start(command: &mut Command) -> anyhow::Result<Helper> {
        let process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = process.with_context(|| format!("{:?} is needed", command.get_program()))?;
        let answers = BufReader::new(process.stdout.take().context("its output is piped")?);
        let tasks = Some(process.stdin.take().context("its input is piped")?);
        Ok(Helper { process, tasks, answers })
    }

    /// This program, once more.
    pub(crate) fn ours() -> anyhow::Result<Helper> {
        Helper::start(Command::new(std::env::current_exe()?).arg(PARENT))
    }

    /// This program, once more, with these arguments.
    pub(crate) fn ours_as(arguments: &[&str]) -> anyhow::Result<Helper> {
        Helper::start(Command::new(std::env::current_exe()?).args(arguments))
    }

    /// This program, once more, with a heap in huge pages. glibc's `malloc` asks the kernel for them.
    pub(crate) fn in_huge_pages() -> anyhow::Result<Helper> {
        let tunables = ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
        Helper::start(Command::new(std::env::current_exe()?).arg(PARENT).env(tunables.0, tunables.1))
    }

    /// A program that understands the same tasks.
    pub(crate) fn at(path: &Path) -> anyhow::Result<Helper> {
        Helper::start(Command::new(path).arg(PARENT))
    }

    /// A Python that starts processes by that method.
    pub(crate) fn python(method: &Method) -> anyhow::Result<Helper> {
        let mut helper = Helper::start(&mut python::command(method))?;
        if method.preloaded {
            helper.ask("preload")?;
        }
        Ok(helper)
    }

    /// A Python that has numpy, if there is one.
    pub(crate) fn numpy() -> anyhow::Result<Option<Helper>> {
        python::with_numpy().map(|found| Helper::start(&mut python::numpy_command(&found))).transpose()
    }

    /// A Python that sends messages and takes locks. Where CPUs are given, it keeps to the first one, and its children to the
    /// second one.
    pub(crate) fn sharing(places: Option<Places>) -> anyhow::Result<Helper> {
        Helper::start(&mut python::sharing_command(places))
    }

    /// A Python that uses pools.
    pub(crate) fn pools() -> anyhow::Result<Helper> {
        Helper::start(&mut python::pools_command())
    }

    /// A Python that uses pools and has loky, if there is one.
    pub(crate) fn loky() -> anyhow::Result<Option<Helper>> {
        python::with_loky().map(|found| Helper::start(&mut python::pools_command_of(&found))).transpose()
    }

    /// A Python that works in threads.
    pub(crate) fn threads() -> anyhow::Result<Helper> {
        Helper::start(&mut python::threads_command())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Has a task done, and gives the answer.
    pub(crate) fn ask(&mut self, task: &str) -> anyhow::Result<f64> {
        writeln!(self.tasks.as_ref().context("it has not been dropped")?, "{task}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        ensure!(!answer.is_empty(), "no answer to {task:?}");
        Ok(answer.trim().parse()?)
    }

    /// The answer in microseconds.
    pub(crate) fn time(&mut self, task: &str) -> anyhow::Result<f64> {
        Ok(self.ask(task)? / 1000.0)
    }

    /// The answer, which is in nanoseconds.
    pub(crate) fn duration(&mut self, task: &str) -> anyhow::Result<Duration> {
        Ok(Duration::from_nanos(self.ask(task)? as u64))
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        drop(self.tasks.take());
        let _ = self.process.wait();
    }
}
