//! Two timelines, side by side where there is room.

use records::timeline::Run;

use crate::run::drawing;
use crate::terminal::ink::{Ink, Span, line};
use crate::terminal::paper::Paper;
use crate::workshop::action::command;

/// Lines of a timeline that are shown; a longer one is shown without its small steps, and without its middle if it has to be.
const MOST: usize = 60;
/// Two beside each other need so many columns.
const ROOM_FOR_TWO: usize = 150;
const BETWEEN: &str = " │ ";

/// A timeline and what is over it.
pub struct Titled<'a> {
    /// What it is.
    pub title: String,
    /// The run.
    pub run: &'a Run,
}

/// These timelines, on so many columns, all of their lines or no more than can be read.
pub fn beside(timelines: &[Titled<'_>], width: Option<usize>, colored: bool, whole: bool) -> String {
    let most = if whole { usize::MAX } else { MOST };
    match (timelines, width) {
        ([left, right], Some(width)) if width >= ROOM_FOR_TWO => {
            let column = (width - BETWEEN.chars().count()) / 2;
            let [left, right] = [left, right].map(|one| block(one, Some(column), colored, most));
            let rows = 0..left.len().max(right.len());
            let cell = |lines: &[String], row: usize| lines.get(row).cloned().unwrap_or_default();
            // Painted without the blank at its end, which `line` takes away.
            let between = line(&[Span::new(Ink::Faint, BETWEEN)], colored) + " ";
            let row = |row| {
                let left =
                    console::pad_str(&cell(&left, row), column, console::Alignment::Left, None).into_owned();
                format!("{left}{between}{}", cell(&right, row)).trim_end().to_owned() + "\n"
            };
            rows.map(row).collect()
        }
        _ => {
            // The first one, which is of the program, last: there it is nearest to what is said of it.
            let blocks = timelines.iter().rev().map(|one| block(one, width, colored, most).join("\n") + "\n");
            blocks.collect::<Vec<_>>().join("\n")
        }
    }
}

fn block(one: &Titled<'_>, width: Option<usize>, colored: bool, most: usize) -> Vec<String> {
    let title = Paper { width, colored }.text(Ink::Heading, one.title.as_str());
    let mut lines = drawing::whole(one.run, width, colored);
    if lines.len() > most {
        lines = cut(drawing::brief(one.run, width, colored), most, colored);
        let words = format!("  … without small steps; `{}` shows them", command("check --whole"));
        lines.push(line(&[Span::new(Ink::Faint, words)], colored));
    }
    title.lines().map(str::to_owned).chain(lines).collect()
}

/// The lines, at most so many: in the middle it is said how many are not shown.
pub fn cut(mut lines: Vec<String>, most: usize, colored: bool) -> Vec<String> {
    if lines.len() <= most {
        return lines;
    }
    // The line that says so stands for one of them.
    let left_out = lines.len() - (most - 1);
    let words = format!("  … {left_out} more lines; `{}` shows them", command("check --whole"));
    let at = most / 2;
    lines.splice(at..at + left_out, [line(&[Span::new(Ink::Faint, words)], colored)]);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::samples;

    fn run(children: usize) -> Run {
        let (processes, events) = samples::burst(children);
        Run { over: 0, processes, events }
    }

    fn drawn(one: usize, other: usize, width: Option<usize>, whole: bool) -> String {
        let (one, other) = (run(one), run(other));
        let titled = |title: &str, run| Titled { title: title.to_owned(), run };
        beside(&[titled("One", &one), titled("The other", &other)], width, false, whole)
    }

    #[test]
    fn two_stand_beside_each_other_where_there_is_room() {
        let narrow = drawn(1, 2, Some(149), false);
        let below = narrow.lines().position(|line| line == "One").expect("a title of its own");
        assert_eq!(below, 1 + 6 + 1, "{narrow}");
        assert_eq!(drawn(1, 2, None, false), narrow);

        let wide = drawn(1, 2, Some(150), false);
        let lines: Vec<&str> = wide.lines().collect();
        assert_eq!(lines.len(), 1 + 6, "{wide}");
        for line in &lines {
            let (left, right) =
                line.split_once(" │ ").map(|(left, _)| (left, &line[left.len()..])).expect("two");
            assert!(line.chars().count() <= 150 && !right.is_empty() && !left.is_empty(), "{line:?}");
        }
        let places: Vec<_> = ["The other", "main starts child 2"]
            .iter()
            .map(|part| lines.iter().find_map(|line| line.find(part)).expect("it is there"))
            .collect();
        assert!(places.iter().all(|place| *place > 73), "on the right: {wide}");
    }

    #[test]
    fn a_title_is_no_wider_than_its_timeline() {
        let run = run(1);
        let title = "What those of a good run did".to_owned();
        let drawn = beside(&[Titled { title, run: &run }], Some(20), false, false);
        assert!(drawn.starts_with("What those of a good\nrun did\n"), "{drawn}");
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let lines: Vec<String> = (1..=9).map(|number| number.to_string()).collect();
        assert_eq!(cut(lines.clone(), 9, false), lines);
        assert_eq!(
            cut(lines, 5, false),
            ["1", "2", "  … 5 more lines; `cargo run -- workshop check --whole` shows them", "8", "9"]
        );
        let long = drawn(40, 1, Some(80), false);
        assert!(long.contains("  … 61 more lines; `"), "{long}");
        assert!(!drawn(40, 1, Some(80), true).contains('…'));
    }
}
