//! Numbers that were pids in a run, and what to show in their place.
//!
//! | number | shown as |
//! |---|---|
//! | the main process's pid | `<pid of main>` |
//! | that of a process that gave itself a name no other has | `<pid of Process-1>` |
//! | that of any other process, counted in the order of births among its parent's children | `<pid of child 2 of main>` |
//! | that of a descendant in the sixth generation of these, counted in the order of all births | `<pid of process 7>` |
//! | a thread's tid, unless it is the pid | `<thread of main>` |
//! | the supervisor's pid, which is the parent of main and adopts orphans | `<reaper>` |
//!
//! A process takes its name when it has begun its work. One that a signal ends may have come to that in one run and not in
//! another, so what is recorded by its name in one is accepted in the other.
//!
//! Only whole decimal numbers are replaced: not the digits of a word, of a decimal fraction, or of a longer number.

use std::collections::{BTreeMap, BTreeSet};

use supervisor::end::End;
use supervisor::run::{ProcessSeen, Run, ThreadSeen};

/// So many generations are named by their births. Longer names would help nobody, and in a chain of processes they would
/// grow without end.
const MOST_GENERATIONS: usize = 5;

/// The roles of one run, by number.
#[derive(Clone, Debug, Default)]
pub struct Roles {
    by_number: BTreeMap<u32, String>,
    /// Processes that a signal ended when they had no name yet.
    nameless: BTreeSet<u32>,
}

/// A piece of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Plain(&'a [u8]),
    /// Digits that are a pid's, and what to show for them.
    Pid(&'a [u8], &'a str),
}

impl Roles {
    /// The roles in this run.
    pub fn of(run: &Run) -> Roles {
        Roles::new(&run.processes, &run.threads, run.reaper)
    }

    /// The roles of these processes, of these threads beside their main ones, and of the supervisor.
    pub(crate) fn new(processes: &[ProcessSeen], threads: &[ThreadSeen], reaper: u32) -> Roles {
        let names: BTreeMap<u32, String> =
            processes.iter().map(|process| process.pid).zip(names(processes)).collect();
        let mut by_number = BTreeMap::new();
        for thread in threads {
            if let Some(name) = names.get(&thread.pid) {
                by_number.insert(thread.tid, format!("<thread of {name}>"));
            }
        }
        by_number.extend(names.into_iter().map(|(pid, name)| (pid, format!("<pid of {name}>"))));
        by_number.insert(reaper, "<reaper>".into());
        let ended_early =
            |process: &&ProcessSeen| process.name.is_none() && matches!(process.ending, End::Signal(_));
        let nameless = processes.iter().filter(ended_early).map(|process| process.pid).collect();
        Roles { by_number, nameless }
    }

    /// The output with every pid replaced.
    pub fn replace(&self, output: &[u8]) -> Vec<u8> {
        let shown = |piece| match piece {
            Piece::Plain(bytes) => bytes,
            Piece::Pid(_, role) => role.as_bytes(),
        };
        self.pieces(output).into_iter().flat_map(shown).copied().collect()
    }

    /// The output with every pid replaced, but for lines that are `recorded`: they stay as the record has them.
    pub(crate) fn replace_beside(&self, recorded: &[Vec<u8>], output: &[u8]) -> Vec<u8> {
        let settled = |line: &[u8]| {
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            match recorded.iter().find(|old| self.can_give(text, old)) {
                Some(old) => [old, &line[text.len()..]].concat(),
                None => self.replace(line),
            }
        };
        output.split_inclusive(|&b| b == b'\n').flat_map(settled).collect()
    }

    /// Whether replacing all, some or none of the pids in `line` gives `recorded`.
    ///
    /// A pid of one run can be an ordinary number in the output of another: where pids are small, a program that
    /// prints `12` will one day be process 12.
    pub(crate) fn can_give(&self, line: &[u8], recorded: &[u8]) -> bool {
        let rest = self.pieces(line).into_iter().try_fold(recorded, |rest, piece| match piece {
            Piece::Plain(bytes) => rest.strip_prefix(bytes),
            // Of these two at most one can be there, since a role begins with no digit.
            Piece::Pid(digits, role) => rest
                .strip_prefix(role.as_bytes())
                .or_else(|| rest.strip_prefix(digits))
                .or_else(|| self.after_another_name(digits, rest)),
        });
        rest.is_some_and(<[u8]>::is_empty)
    }

    /// What follows the role of a process that no process of this run has, if these digits are the pid of a nameless one.
    fn after_another_name<'r>(&self, digits: &[u8], recorded: &'r [u8]) -> Option<&'r [u8]> {
        let pid = std::str::from_utf8(digits).ok()?.parse().ok()?;
        let role = recorded.strip_prefix(b"<pid of ").filter(|_| self.nameless.contains(&pid))?;
        let end = role.iter().position(|&b| b == b'>')?;
        let (name, rest) = (std::str::from_utf8(&role[..end]).ok()?, &role[end + 1..]);
        let is_another = self.by_number.values().any(|known| *known == format!("<pid of {name}>"));
        (!is_another).then_some(rest)
    }

    fn pieces<'a>(&'a self, output: &'a [u8]) -> Vec<Piece<'a>> {
        let mut pieces = vec![];
        let (mut plain, mut at) = (0, 0);
        while at < output.len() {
            let digits = output[at..].iter().take_while(|b| b.is_ascii_digit()).count();
            if digits == 0 {
                at += 1;
                continue;
            }
            let end = at + digits;
            let alone = stands_alone(&output[..at], &output[end..]);
            if let Some(role) = self.role(&output[at..end]).filter(|_| alone) {
                pieces.push(Piece::Plain(&output[plain..at]));
                pieces.push(Piece::Pid(&output[at..end], role));
                plain = end;
            }
            at = end;
        }
        pieces.push(Piece::Plain(&output[plain..]));
        pieces
    }

    fn role(&self, digits: &[u8]) -> Option<&str> {
        // A pid is written without a leading zero.
        let text = std::str::from_utf8(digits).ok().filter(|text| !text.starts_with('0'))?;
        self.by_number.get(&text.parse().ok()?).map(String::as_str)
    }
}

/// Whether digits between these two are a whole number.
fn stands_alone(before: &[u8], after: &[u8]) -> bool {
    // Bytes above ASCII are letters here, or parts of them.
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || !b.is_ascii();
    let fraction = |point: Option<&u8>, digit: Option<&u8>| {
        point == Some(&b'.') && digit.is_some_and(u8::is_ascii_digit)
    };
    let mut back = before.iter().rev();
    !before.last().is_some_and(|&b| word(b))
        && !after.first().is_some_and(|&b| word(b))
        && !fraction(back.next(), back.next())
        && !fraction(after.first(), after.get(1))
}

/// The name of each of these processes.
pub(crate) fn names(processes: &[ProcessSeen]) -> Vec<String> {
    let mut given = BTreeSet::from(["main"]);
    let doubled: BTreeSet<&str> = processes
        .iter()
        .filter_map(|process| process.name.as_deref())
        .filter(|name| !given.insert(name))
        .collect();
    let mut names: Vec<String> = vec![];
    let mut generations: Vec<usize> = vec![];
    // A pid can be that of several processes, one after the other.
    let mut by_pid: BTreeMap<u32, usize> = BTreeMap::new();
    let mut children: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    for (at, process) in processes.iter().enumerate() {
        let parent = process.parent.and_then(|parent| by_pid.get(&parent).copied());
        let count = children.entry(parent).or_default();
        *count += usize::from(at > 0);
        names.push(match (&process.name, parent) {
            _ if at == 0 => "main".to_owned(),
            (Some(name), _) if !doubled.contains(name.as_str()) => name.clone(),
            (_, Some(parent)) if generations[parent] < MOST_GENERATIONS => {
                format!("child {count} of {}", names[parent])
            }
            (_, Some(_)) => format!("process {}", at + 1),
            (_, None) => format!("orphan {count}"),
        });
        generations.push(match parent {
            Some(parent) if names[at].starts_with("child ") => generations[parent] + 1,
            _ => 0,
        });
        by_pid.insert(process.pid, at);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use supervisor::End;

    fn process(pid: u32, parent: Option<u32>, name: Option<&str>) -> ProcessSeen {
        ProcessSeen { pid, parent, name: name.map(str::to_owned), ending: End::Exit(0) }
    }

    fn roles(processes: &[ProcessSeen]) -> Roles {
        let by_number = processes.iter().zip(names(processes));
        let by_number = by_number.map(|(process, name)| (process.pid, format!("<{name}>"))).collect();
        Roles { by_number, nameless: BTreeSet::new() }
    }

    #[test]
    fn only_whole_numbers_are_replaced() {
        let roles = roles(&[process(12, None, None)]);
        for (output, shown) in [
            ("12", "<main>"),
            ("pid=12,12\n(12)-12:12.", "pid=<main>,<main>\n(<main>)-<main>:<main>."),
            ("pid 12, 12", "pid <main>, <main>"),
            ("112 121 012 a12 12a 12_ ä12 12ä", "112 121 012 a12 12a 12_ ä12 12ä"),
            ("12.5 3.12 0x12", "12.5 3.12 0x12"),
            ("99999999999999999999 12", "99999999999999999999 <main>"),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8_lossy(&roles.replace(output.as_bytes())), shown);
        }
    }

    #[test]
    fn the_names_of_a_chain_do_not_grow_without_end() {
        let link = |pid: u32| process(pid, (pid > 1).then(|| pid - 1), None);
        let names = names(&(1..=1000).map(link).collect::<Vec<_>>());
        assert_eq!(names[2], "child 1 of child 1 of main");
        assert_eq!(names[5].matches("child 1 of ").count(), 5);
        assert_eq!(&names[6..8], ["process 7", "child 1 of process 7"]);
        assert!(names.iter().all(|name| name.len() < 100));
    }

    #[test]
    fn a_process_is_named_by_itself_or_by_its_birth() {
        let run = [
            process(10, None, Some("renamed")),
            process(11, Some(10), Some("Process-1")),
            process(12, Some(10), None),
            process(13, Some(11), Some("twin")),
            process(14, Some(11), Some("twin")),
            process(15, Some(10), Some("main")),
            process(16, None, None),
        ];
        let expected = [
            "main",
            "Process-1",
            "child 2 of main",
            "child 1 of Process-1",
            "child 2 of Process-1",
            "child 3 of main",
            "orphan 1",
        ];
        assert_eq!(names(&run), expected);
    }

    #[test]
    fn a_pid_that_is_used_again_names_two_processes() {
        let run = [
            process(10, None, None),
            process(11, Some(10), None),
            process(12, Some(11), None),
            process(11, Some(10), Some("late")),
            process(13, Some(11), None),
        ];
        let expected = ["main", "child 1 of main", "child 1 of child 1 of main", "late", "child 1 of late"];
        assert_eq!(names(&run), expected);
    }

    #[test]
    fn a_number_may_be_a_pid_or_itself_but_nothing_else() {
        let roles = roles(&[process(12, None, None)]);
        let can_give = |line: &str, recorded: &str| roles.can_give(line.as_bytes(), recorded.as_bytes());
        for recorded in ["12 of 12", "<main> of 12", "12 of <main>", "<main> of <main>"] {
            assert!(can_give("12 of 12", recorded), "{recorded}");
        }
        for recorded in ["13 of 12", "<main> of ", "<main> of 12 ", "<main> of 123", "<pid> of 12"] {
            assert!(!can_give("12 of 12", recorded), "{recorded}");
        }
        assert!(!can_give("<main>", "12"));
    }

    #[test]
    fn a_process_that_was_killed_before_it_had_its_name_is_accepted_by_it() {
        let killed = |pid, name| ProcessSeen { ending: End::Signal(9), ..process(pid, Some(10), name) };
        let run = [
            process(10, None, None),
            killed(11, None),
            killed(12, Some("worker")),
            process(13, Some(10), None),
        ];
        let roles = Roles::new(&run, &[], 1);
        let can_give = |line: &str, recorded: &str| roles.can_give(line.as_bytes(), recorded.as_bytes());
        assert!(can_give("killed 11", "killed <pid of child 1 of main>"));
        assert!(can_give("killed 11", "killed <pid of Process-1>"));
        // Another process of the run has that name; or the process had its name, or was not killed.
        assert!(!can_give("killed 11", "killed <pid of worker>"));
        assert!(!can_give("killed 12", "killed <pid of Process-2>"));
        assert!(!can_give("13", "<pid of Process-3>"));
    }

    #[test]
    fn a_number_in_a_recorded_line_is_itself() {
        let roles = roles(&[process(600, None, None)]);
        let recorded = ["300..600", "<main>: 600"].map(|line| line.as_bytes().to_vec());
        let settled = |output: &str| {
            String::from_utf8(roles.replace_beside(&recorded, output.as_bytes())).expect("text")
        };
        assert_eq!(
            settled("300..600\n600: 600\n600..900\n600"),
            "300..600\n<main>: 600\n<main>..900\n<main>"
        );
    }
}
