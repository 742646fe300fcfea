//! What is written on: so many columns, with colors or without.

use crate::terminal;
use crate::terminal::ink::{self, Ink, Span};
use crate::terminal::wrap::wrap;

/// Longer lines of prose are hard to read.
const PROSE: usize = 100;

/// Standard output, as something to write on.
#[derive(Clone, Copy, Debug)]
pub struct Paper {
    /// How many columns it has; `None` where lines are as long as they have to be.
    pub width: Option<usize>,
    /// Whether it has colors.
    pub colored: bool,
}

impl Paper {
    /// Standard output as it is now: a window can change its size.
    pub fn now() -> Paper {
        Paper { width: terminal::width(), colored: terminal::has_colors() }
    }

    /// A sentence or more, on lines of their own.
    pub fn text(&self, ink: Ink, words: impl Into<String>) -> String {
        self.hanging("", &[Span::new(ink, words)])
    }

    /// Words behind a `head`, broken where the paper ends, with blanks below the head.
    pub fn hanging(&self, head: &str, words: &[Span]) -> String {
        let columns = self.width.map_or(usize::MAX, |width| width.min(PROSE));
        self.broken(head, &" ".repeat(head.chars().count()), columns, words)
    }

    /// A line of a program's, behind a `mark`, on as many lines as it takes.
    pub fn quoted(&self, mark: &str, ink: Ink, line: &str) -> String {
        self.broken(mark, mark, self.width.unwrap_or(usize::MAX), &[Span::new(ink, line)])
    }

    fn broken(&self, head: &str, next: &str, columns: usize, words: &[Span]) -> String {
        let room = columns.saturating_sub(head.chars().count()).max(8);
        let heads = std::iter::once(head).chain(std::iter::repeat(next));
        let lines = wrap(words, room, room).into_iter().zip(heads).map(|(words, head)| {
            let spans = [&[Span::new(Ink::Plain, head)], &words[..]].concat();
            ink::line(&joined(spans), self.colored) + "\n"
        });
        lines.collect()
    }
}

/// Fewer spans: neighbors of one ink are one.
fn joined(spans: Vec<Span>) -> Vec<Span> {
    let mut joined: Vec<Span> = vec![];
    for span in spans {
        match joined.last_mut() {
            Some(last) if last.ink == span.ink => last.text += &span.text,
            _ => joined.push(span),
        }
    }
    joined
}
