//! The lines of output as they were written, and which events wrote them.

use records::timeline::{Run, What};
use supervisor::event::Stream;

/// A line of one of the outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which output.
    pub stream: Stream,
    /// The line without its newline.
    pub text: String,
    /// The events that wrote it, the first of them first.
    pub events: Vec<usize>,
}

/// The lines of a run, in the order in which they were begun.
pub fn lines(run: &Run) -> Vec<Line> {
    let mut lines: Vec<Line> = vec![];
    let mut open: [Option<usize>; 2] = [None, None];
    for (at, event) in run.events.iter().enumerate() {
        let What::Write { to, text } = &event.what else { continue };
        let open = &mut open[usize::from(*to == Stream::Stderr)];
        for part in text.split_inclusive('\n') {
            let line = *open.get_or_insert_with(|| {
                lines.push(Line { stream: *to, text: String::new(), events: vec![] });
                lines.len() - 1
            });
            lines[line].text += part.trim_end_matches('\n');
            lines[line].events.push(at);
            if part.ends_with('\n') {
                *open = None;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::timeline::cases;
    use records::timeline::Event;

    #[test]
    fn a_line_may_take_two_writes_and_a_write_may_be_two_lines() {
        let mut run = cases::greeting().runs[0].clone();
        let write = |to, text: &str| Event {
            at: 0,
            process: 0,
            thread: 0,
            what: What::Write { to, text: text.to_owned() },
        };
        run.events = vec![
            write(Stream::Stdout, "one\ntw"),
            write(Stream::Stderr, "an error\n"),
            write(Stream::Stdout, "o\n\nno newline"),
        ];
        let lines: Vec<(String, Vec<usize>)> =
            lines(&run).into_iter().map(|line| (line.text, line.events)).collect();
        let expected = [
            ("one".to_owned(), vec![0]),
            ("two".to_owned(), vec![0, 2]),
            ("an error".to_owned(), vec![1]),
            (String::new(), vec![2]),
            ("no newline".to_owned(), vec![2]),
        ];
        assert_eq!(lines, expected);
    }
}
