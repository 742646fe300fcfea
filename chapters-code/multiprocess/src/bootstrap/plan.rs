//! What a child has to know to be somebody and to do something.

use std::ffi::OsString;
use std::io;
use std::os::fd::BorrowedFd;

use serde::{Deserialize, Serialize};

use crate::method::Kind;
use crate::sys::image::Identity;
use crate::wire::file::{self, Mark};
use crate::wire::message::Call;

/// What a child has to know. The serialized arguments follow it in the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The build that the target's place is of. Only a program that was started for this child needs it: a copy of this
    /// process is of the same build, and a forkserver has been asked when it began.
    pub(crate) identity: Option<Identity>,
    pub(crate) call: Call,
    pub(crate) name: String,
    pub(crate) daemon: bool,
    /// It ends with its parent, however that ends. A daemon does in any case.
    pub(crate) tied: bool,
    /// It forms a process group. A program that was started for it has done so before.
    pub(crate) own_group: bool,
    pub(crate) method: Kind,
    /// The start method that its own children have if they name none.
    pub(crate) chosen: Option<Kind>,
    /// How many processes each ancestor had started when it started the next one; the last number is this child's.
    pub(crate) lineage: Vec<u32>,
    pub(crate) parent: ParentName,
    pub(crate) authkey: [u8; 32],
    pub(crate) environment: Environment,
}

/// The process that started another one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ParentName {
    pub(crate) pid: u32,
    pub(crate) name: String,
}

/// How a child's environment differs from the one that it is born with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Environment {
    /// It begins empty.
    pub(crate) cleared: bool,
    /// What is set, or removed, in this order.
    pub(crate) changes: Vec<(OsString, Option<OsString>)>,
}

impl Environment {
    pub(crate) fn is_changed(&self) -> bool {
        self.cleared || !self.changes.is_empty()
    }

    /// Says which change cannot be made, if one cannot.
    pub(crate) fn check(&self) -> Result<(), String> {
        let holds = |text: &OsString, byte| text.as_encoded_bytes().contains(&byte);
        let is_odd = |name: &OsString| name.is_empty() || holds(name, b'=') || holds(name, 0);
        match self
            .changes
            .iter()
            .find(|(name, value)| is_odd(name) || value.as_ref().is_some_and(|value| holds(value, 0)))
        {
            Some((name, _)) => Err(format!("{name:?} cannot be a variable of its environment")),
            None => Ok(()),
        }
    }

    /// An environment with these changes.
    pub(crate) fn applied(
        &self,
        before: impl Iterator<Item = (OsString, OsString)>,
    ) -> Vec<(OsString, OsString)> {
        let mut all: Vec<_> = if self.cleared { Vec::new() } else { before.collect() };
        for (name, value) in &self.changes {
            all.retain(|(known, _)| known != name);
            all.extend(value.clone().map(|value| (name.clone(), value)));
        }
        all
    }
}

/// Writes the work for a child into its file.
pub(crate) fn put(file: BorrowedFd<'_>, plan: &Plan, arguments: &[u8]) -> io::Result<()> {
    file::write(file, Mark::Work, plan, arguments)
}
