//! Where up and down: a lane for each process, a row in it for each of its threads.

use records::timeline::{Run, What};

use crate::figure::timeline::words;

/// The line that one thread is drawn on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The process; `None` for the reaper's row.
    pub process: Option<usize>,
    /// The thread, 0 for the process's first.
    pub thread: usize,
    /// The name above it.
    pub name: String,
    /// How many processes lie between it and the first one, by birth.
    pub depth: usize,
}

/// All rows, from top to bottom: each process below its parent, siblings in the order of their births.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows(pub Vec<Row>);

impl Rows {
    /// The rows of a run. The one who adopts orphans has a row where there are any.
    pub fn of(run: &Run) -> Rows {
        let mut rows = Rows(vec![]);
        for (process, _) in run.processes.iter().enumerate().filter(|(_, process)| process.parent.is_none()) {
            rows.add(run, process, 0);
        }
        if run.events.iter().any(|event| matches!(event.what, What::Orphaned)) {
            rows.0.push(Row { process: None, thread: 0, name: "reaper".to_owned(), depth: 0 });
        }
        rows
    }

    fn add(&mut self, run: &Run, process: usize, depth: usize) {
        let it = &run.processes[process];
        let threads = (1..it.threads).map(|thread| words::thread_name(it, thread));
        let names = std::iter::once(it.name.clone()).chain(threads);
        self.0.extend(names.enumerate().map(|(thread, name)| Row {
            process: Some(process),
            thread,
            name,
            depth,
        }));
        for (child, _) in run.processes.iter().enumerate().filter(|(_, child)| child.parent == Some(process))
        {
            self.add(run, child, depth + 1);
        }
    }

    /// The row of a thread.
    pub fn of_thread(&self, process: usize, thread: usize) -> usize {
        let found = self.0.iter().position(|row| row.process == Some(process) && row.thread == thread);
        found.expect("a record that was checked has a row for each thread")
    }

    /// The reaper's row.
    pub fn reaper(&self) -> Option<usize> {
        self.0.iter().position(|row| row.process.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::timeline::cases;

    fn names(run: &Run) -> Vec<String> {
        Rows::of(run).0.iter().map(|row| format!("{}{}", " ".repeat(row.depth), row.name)).collect()
    }

    #[test]
    fn a_child_lies_below_its_parent() {
        assert_eq!(
            names(&cases::tree().runs[0]),
            ["main", " Process-1", "  Process-1:1", "  Process-1:2", " Process-2"]
        );
    }

    #[test]
    fn threads_lie_in_their_process() {
        let mut run = cases::threads().runs[0].clone();
        assert_eq!(names(&run), ["main", "thread 2", "thread 3", " Process-1"]);
        run.processes[0].thread_names.insert(2, "helper".into());
        assert_eq!(names(&run), ["main", "thread 2", "helper", " Process-1"]);
    }

    #[test]
    fn a_process_of_unknown_parents_has_a_row_and_a_bar() {
        let mut run = cases::greeting().runs[0].clone();
        run.processes[1].parent = None;
        run.events.retain(|event| !matches!(event.what, What::Start { .. } | What::Waited { .. }));
        assert_eq!(names(&run), ["main", "Process-1"]);
        let layout = crate::figure::timeline::layout::Layout::of(&run);
        assert!(layout.bars.iter().any(|bar| bar.process == 1));
    }

    #[test]
    fn the_reaper_is_drawn_where_it_adopts() {
        assert_eq!(
            names(&cases::orphan().runs[0]),
            ["main", " child 1 of main", "  child 1 of child 1 of main", "reaper"]
        );
        assert_eq!(Rows::of(&cases::greeting().runs[0]).reaper(), None);
    }
}
