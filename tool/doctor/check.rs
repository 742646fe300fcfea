//! One question to the machine.

use serde::Serialize;

use crate::doctor::task::Task;

/// A question with its answer.
#[derive(Clone, Debug)]
pub struct Check {
    /// What was looked at, one word or few.
    pub name: &'static str,
    /// What it matters for.
    pub task: Task,
    /// What was found, in words.
    pub found: String,
    /// What to do about it; `None` when all is well.
    pub fix: Option<String>,
}

/// What an answer comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// All is well.
    Ok,
    /// It is missing, and needed.
    Missing,
    /// It is missing, and only one thing does not work without it.
    Limited,
}

/// What is wrong, and how to fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What was found.
    pub found: String,
    /// What to do.
    pub fix: String,
}

impl Trouble {
    /// This was found, and that is to be done.
    pub fn new(found: impl Into<String>, fix: impl Into<String>) -> Trouble {
        Trouble { found: found.into(), fix: fix.into() }
    }
}

impl Check {
    /// The check `name`, answered by `answer`.
    pub fn new(name: &'static str, task: Task, answer: Result<String, Trouble>) -> Check {
        match answer {
            Ok(found) => Check { name, task, found, fix: None },
            Err(Trouble { found, fix }) => Check { name, task, found, fix: Some(fix) },
        }
    }

    /// What the answer comes to.
    pub fn status(&self) -> Status {
        match self.fix {
            None => Status::Ok,
            Some(_) if self.task.is_essential() => Status::Missing,
            Some(_) => Status::Limited,
        }
    }
}
