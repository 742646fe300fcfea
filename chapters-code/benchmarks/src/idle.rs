//! The memory of a child that sleeps.

use std::cell::RefCell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::Context;
use benchmark_parent::methods;
use nix::sys::stat::Mode;

use crate::goal::{Bound, Goal};
use crate::group::Group;
use crate::helper::Helper;
use crate::python;
use crate::samples::Case;
use crate::start_and_join::ours;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "idle",
    heads: ("Memory of a child that sleeps", None),
    unit: Unit::Kibibytes,
    rounds: 20,
    cases,
    goals,
    note: || {
        Ok("The share (PSS) counts a page that several processes have mapped as a part for each. Own pages (private dirty) \
            hold what the child alone has written; pages of files do not count, which the kernel can read again. From \
            `/proc/PID/smaps_rollup`. Each method of `multiprocess` had a copy of the program to itself, run by the parent \
            and the child, and with a forkserver by the server and one or two children that stood by as well: so many \
            parts make the share smaller. Python's processes, of all four methods, ran one program side by side.\n"
            .to_owned())
    },
    page: None,
};

fn share(case: &str) -> String {
    format!("{case}: share")
}

fn own(case: &str) -> String {
    format!("{case}: own pages")
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for method in methods() {
        let parent = Parent { helper: Helper::at(&copy(method.name())?)?, method: method.name() };
        cases.extend(both(&ours(method.name()), parent));
    }
    for method in &python::METHODS {
        let parent = Parent { helper: Helper::python(method)?, method: method.name };
        cases.extend(both(&method.case(), parent));
    }
    Ok(cases)
}

/// A copy of this program, so that its pages are not also mapped by the process that measures.
fn copy(method: &str) -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let copy = this.with_file_name(format!("benchmarks-idle-{method}"));
    fs::copy(this, &copy)?;
    Ok(copy)
}

fn both(name: &str, parent: Parent) -> [Case; 2] {
    let parent = Rc::new(RefCell::new(parent));
    let same = Rc::clone(&parent);
    [
        Case::new(share(name), move || parent.borrow_mut().child_sleeps(|memory| memory.field("Pss"))),
        Case::new(own(name), move || same.borrow_mut().child_sleeps(|memory| memory.field("Private_Dirty"))),
    ]
}

struct Parent {
    helper: Helper,
    method: &'static str,
}

impl Parent {
    /// What is found while a child sleeps.
    fn child_sleeps(&mut self, find: impl Fn(&Memory) -> anyhow::Result<f64>) -> anyhow::Result<f64> {
        let fifo = std::env::temp_dir().join(format!("benchmarks-{}", std::process::id()));
        nix::unistd::mkfifo(&fifo, Mode::S_IRWXU)?;
        let found = self.with_child(&fifo, find);
        fs::remove_file(&fifo)?;
        found
    }

    fn with_child(
        &mut self,
        fifo: &Path,
        find: impl Fn(&Memory) -> anyhow::Result<f64>,
    ) -> anyhow::Result<f64> {
        let pid = self.helper.ask(&format!("idle {} {}", self.method, fifo.display()))? as u32;
        // Opens when the child has come to open its end.
        let wakes = File::options().write(true).open(fifo)?;
        while !sleeps(pid)? {
            std::thread::yield_now();
        }
        let found = find(&Memory::of(pid)?);
        drop(wakes);
        self.helper.ask("end")?;
        found
    }
}

fn sleeps(pid: u32) -> anyhow::Result<bool> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, rest) = stat.rsplit_once(") ").context("a command in parentheses")?;
    Ok(rest.starts_with('S'))
}

/// What the kernel counts of a process's memory.
struct Memory(String);

impl Memory {
    fn of(pid: u32) -> anyhow::Result<Memory> {
        Ok(Memory(fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?))
    }

    /// In KiB.
    fn field(&self, name: &str) -> anyhow::Result<f64> {
        let found = self.0.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let value = found.with_context(|| format!("smaps_rollup has no {name}"))?;
        Ok(value.trim().trim_end_matches(" kB").parse()?)
    }
}

fn goals() -> Vec<Goal> {
    let mut goals = Vec::new();
    for method in methods() {
        let name = ours(method.name());
        if method.name() == "spawn" {
            goals.push(Goal::value(share(&name), Bound::AtMost(1024.0)));
            goals.push(Goal::value(own(&name), Bound::AtMost(256.0)));
        } else {
            goals.push(Goal::value(own(&name), Bound::AtMost(64.0)));
        }
    }
    goals
}
