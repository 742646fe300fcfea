//! What joins two rows. Each is drawn upright, at the moment of one event.

use records::timeline::{Run, What};

use crate::figure::timeline::rows::Rows;
use crate::figure::timeline::words;

/// Why two rows are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// A process started another one.
    Birth,
    /// A process started a thread.
    Thread,
    /// A thread began a task.
    Task,
    /// A process sent another one a signal.
    Signal,
    /// A thread ended another one's wait.
    Woken,
    /// A thread read what another one had written.
    Message,
    /// A wait collected a child, whose time as a zombie is over.
    Collected,
    /// An orphan was given to the reaper.
    Adopted,
    /// The reaper collected an orphan.
    Reaped,
}

/// A line from one row to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The event that it belongs to.
    pub event: usize,
    /// The row that it leaves.
    pub from: usize,
    /// The row that its arrow points at.
    pub to: usize,
    /// Why.
    pub join: Join,
}

/// The links of a run, at most one an event, in the events' order.
pub fn links(run: &Run, rows: &Rows) -> Vec<Link> {
    let link = |(at, event): (usize, &records::timeline::Event)| {
        let own = rows.of_thread(event.process, event.thread);
        let first = rows.of_thread(event.process, 0);
        let (from, to, join) = match event.what {
            What::Start { child, .. } => (own, rows.of_thread(child, 0), Join::Birth),
            What::Thread(thread) => (own, rows.of_thread(event.process, thread), Join::Thread),
            What::Task(task) => (own, rows.of_thread(event.process, task), Join::Task),
            What::Send { to: Some(to), .. } => (own, rows.of_thread(to, 0), Join::Signal),
            What::Woken { by } => (rows.of_thread(by.process, by.thread), own, Join::Woken),
            What::Got { ref from, .. } => {
                let writer = from.first()?;
                (rows.of_thread(writer.process, writer.thread), own, Join::Message)
            }
            What::Waited { collected: Some(child) } => (rows.of_thread(child, 0), own, Join::Collected),
            What::Orphaned => (first, rows.reaper()?, Join::Adopted),
            What::Reaped if words::reaped_by_the_reaper(run, event.process) => {
                (first, rows.reaper()?, Join::Reaped)
            }
            _ => return None,
        };
        (from != to).then_some(Link { event: at, from, to, join })
    };
    run.events.iter().enumerate().filter_map(link).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::timeline::cases;

    /// The links as `from > to`, by the names of the rows.
    fn named(run: &Run, wanted: Join) -> Vec<String> {
        let rows = Rows::of(run);
        let links = links(run, &rows);
        let name = |row: usize| rows.0[row].name.as_str();
        let wanted = links.iter().filter(|link| link.join == wanted);
        wanted.map(|link| format!("{} > {}", name(link.from), name(link.to))).collect()
    }

    #[test]
    fn a_birth_leads_from_the_parent_to_the_child() {
        let run = &cases::tree().runs[0];
        let births =
            ["main > Process-1", "Process-1 > Process-1:1", "Process-1 > Process-1:2", "main > Process-2"];
        assert_eq!(named(run, Join::Birth), births);
        assert_eq!(named(&cases::threads().runs[0], Join::Thread), ["main > thread 2", "main > thread 3"]);
    }

    #[test]
    fn a_collection_leads_from_the_child_to_the_thread_that_waited() {
        assert_eq!(named(&cases::greeting().runs[0], Join::Collected), ["Process-1 > main"]);
        assert_eq!(named(&cases::threads().runs[0], Join::Collected), ["Process-1 > thread 3"]);
    }

    #[test]
    fn an_orphan_leads_to_the_reaper_and_main_without_one_to_nobody() {
        let run = &cases::orphan().runs[0];
        assert_eq!(named(run, Join::Adopted), ["child 1 of child 1 of main > reaper"]);
        assert_eq!(named(run, Join::Reaped), ["main > reaper", "child 1 of child 1 of main > reaper"]);
        assert_eq!(named(&cases::greeting().runs[0], Join::Reaped), [""; 0]);
    }

    #[test]
    fn what_a_thread_gets_from_another_one_leads_to_it() {
        let run = &cases::asked().runs[0];
        assert_eq!(named(run, Join::Woken), ["main > Process-1", "Process-1 > a-cook-with-a-k"]);
        assert_eq!(named(run, Join::Message), ["b > Process-2", "Process-2 > Process-1"]);
        assert_eq!(named(run, Join::Task), ["b > soup"]);
    }

    #[test]
    fn a_signal_leads_to_its_process() {
        assert_eq!(named(&cases::signal().runs[0], Join::Signal), ["main > Process-1"]);
    }
}
