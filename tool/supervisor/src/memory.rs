//! Which process maps which memory that others may map, too.

use crate::{
    event::{Kind, Thing},
    tracee::{Mapping, Tracee},
};

/// The shared memory of a run.
#[derive(Default)]
pub(crate) struct Memory {
    /// The files of all that was mapped: their devices and inodes.
    files: Vec<(String, u64)>,
}

impl Memory {
    /// What a process has just mapped at this address, and how many bytes of it.
    pub(crate) fn mapped(&mut self, tracee: Tracee, address: u64) -> Option<(Thing, u64)> {
        let mapping = tracee.mapping(address).filter(|mapping| mapping.shared)?;
        if !self.files.contains(&mapping.file) {
            self.files.push(mapping.file.clone());
        }
        self.thing(&mapping)
    }

    /// What a process has of its parent, which it is a copy of.
    pub(crate) fn inherited(&self, tracee: Tracee) -> Vec<(Thing, u64)> {
        if self.files.is_empty() {
            return vec![];
        }
        tracee.mappings().iter().filter_map(|mapping| self.thing(mapping)).collect()
    }

    fn thing(&self, mapping: &Mapping) -> Option<(Thing, u64)> {
        let number = self.files.iter().position(|file| *file == mapping.file)?;
        let thing = Thing { kind: Kind::Memory, number: number as u64, name: mapping.name() };
        Some((thing, mapping.end - mapping.start))
    }
}
