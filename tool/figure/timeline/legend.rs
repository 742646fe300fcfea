//! What the signs of figures mean: only those that occur in them.

use std::collections::BTreeMap;

use crate::figure::timeline::layout::{Form, Layout};
use crate::figure::timeline::links::Join;
use crate::figure::timeline::scale::Detail;
use crate::figure::timeline::spans::State;

/// The signs that occur in figures, each an item of a list, in the order of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signs(BTreeMap<usize, String>);

impl Signs {
    /// Adds the signs of another figure.
    pub fn add(&mut self, other: Signs) {
        self.0.extend(other.0);
    }

    /// The legend.
    pub fn legend(&self) -> String {
        let items: String = self.0.values().map(String::as_str).collect();
        format!("<ul class=\"legend\" aria-label=\"Signs\">{items}</ul>\n")
    }
}

/// The signs in all runs of a figure.
pub fn signs(layouts: &[Layout]) -> Signs {
    let state = |state| layouts.iter().flat_map(|layout| &layout.bars).any(|bar| bar.state == state);
    let form = |form| layouts.iter().flat_map(|layout| &layout.marks).any(|mark| mark.form == form);
    let join = |join| layouts.iter().flat_map(|layout| &layout.arrows).any(|arrow| arrow.join == join);
    let orphan = layouts.iter().flat_map(|layout| &layout.bars).any(|bar| bar.orphan);
    let dots = layouts.iter().any(|layout| layout.detail == Detail::Dots);
    let gap = layouts.iter().any(|layout| !layout.axis.breaks.is_empty());
    let bar = |class: &str| match class {
        "waiting" => "<path class=\"bar waiting\" d=\"M1 3.6H27M1 11.4H27\"/>".to_owned(),
        "zombie" => "<path class=\"bar zombie\" d=\"M1 7.5H27\"/>".to_owned(),
        class => format!("<path class=\"bar {class}\" d=\"M1 3H27V12H1z\"/>"),
    };
    let arrow = |class: &str, end: &str| {
        format!(
            "<g class=\"arrow {class}\"><path d=\"M1 7.5H20\"/><path class=\"head\" d=\"M20 4L26 7.5L20 11{end}\"/></g>"
        )
    };
    let shape = |class: &str, shape: &str| format!("<g class=\"mark {class}\">{shape}</g>");
    let signs = [
        (state(State::Running), bar("running"), "running, or ready to run"),
        (
            state(State::Waiting),
            bar("waiting"),
            match join(Join::Task) {
                true => "standing still in a system call, or a task that rests",
                false => "standing still in a system call",
            },
        ),
        (state(State::Zombie), bar("zombie"), "ended and not yet collected: a zombie"),
        (orphan, format!("<g>{}</g>", bar("running of-orphan")), "an orphan: its parent has ended"),
        (join(Join::Birth), arrow("birth", "z"), "starts a process"),
        (join(Join::Thread), arrow("birth", "z"), "starts a thread"),
        (join(Join::Collected) || join(Join::Reaped), arrow("collected", ""), "is collected"),
        (join(Join::Task), arrow("birth", "z"), "begins a task"),
        (join(Join::Woken), arrow("woken", "z"), "wakes a thread that waited"),
        (join(Join::Message), arrow("message", "z"), "bytes, from the thread that wrote them"),
        (join(Join::Signal), arrow("signal", "z"), "sends a signal"),
        (join(Join::Adopted), arrow("adopted", ""), "gets the reaper as its parent"),
        (
            form(Form::Page),
            shape("page", "<rect x=\"6\" y=\"0.5\" width=\"16\" height=\"14\" rx=\"2\"/>"),
            "writes",
        ),
        (
            form(Form::Parcel),
            shape("parcel", "<path d=\"M10 0.5H18L22 4.5V10.5L18 14.5H10L6 10.5V4.5z\"/>"),
            "puts bytes into a pipe or gets them out of it",
        ),
        (
            form(Form::Nothing),
            shape("parcel nothing", "<path d=\"M10 0.5H18L22 4.5V10.5L18 14.5H10L6 10.5V4.5z\"/>"),
            "finds the end of file: no writing end is left",
        ),
        (
            form(Form::Tag),
            shape("tag", "<path d=\"M6 0.5H22V10L14 14.5L6 10z\"/>"),
            "says something of itself",
        ),
        (
            form(Form::Square) || form(Form::Killed),
            shape("square", "<rect x=\"6.5\" y=\"0\" width=\"15\" height=\"15\"/>"),
            "ends",
        ),
        (
            gap,
            "<path class=\"axis\" d=\"M0 7.5H11m-2.5 4l5 -8M14 11.5l5 -8m-2.5 4H28\"/>".to_owned(),
            "a long gap, shortened",
        ),
    ];
    let signs = signs.into_iter().enumerate().filter(|(_, (there, ..))| *there);
    let mut items: BTreeMap<usize, String> = signs
        .map(|(at, (_, sign, text))| {
            let svg = format!(
                "<svg viewBox=\"0 0 28 15\" width=\"28\" height=\"15\" aria-hidden=\"true\">{sign}</svg>"
            );
            (at, format!("<li>{svg} {text}</li>"))
        })
        .collect();
    if dots {
        let note = "<li>Too many events for numbers: the list has them all. A square without a word is exit code 0.</li>";
        items.insert(usize::MAX, note.to_owned());
    }
    Signs(items)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::figure::timeline::cases;

    fn of(timeline: &records::timeline::Timeline) -> String {
        signs(&timeline.runs.iter().map(Layout::of).collect::<Vec<_>>()).legend()
    }

    #[test]
    fn only_what_occurs_is_explained() {
        let greeting = of(&cases::greeting());
        for sign in ["running", "standing still", "zombie", "starts a process", "is collected", "writes"] {
            assert!(greeting.contains(sign), "{sign}");
        }
        for sign in ["orphan", "signal", "thread", "Too many"] {
            assert!(!greeting.contains(sign), "{sign}");
        }
        assert!(of(&cases::orphan()).contains("gets the reaper"));
        assert!(of(&cases::signal()).contains("sends a signal"));
        assert!(of(&cases::burst()).contains("Too many"));
        for (act, signs) in [
            ("locks", &["wakes a thread that waited"][..]),
            ("messages", &["bytes, from the thread that wrote them", "puts bytes into a pipe"]),
            ("ends_of_file", &["finds the end of file: no writing end is left"]),
            ("tasks", &["begins a task", "a task that rests", "says something of itself"]),
        ] {
            let path = format!("tool/records/tests/timelines/{act}.json");
            let legend = of(&cases::read(Path::new(&path)));
            assert!(signs.iter().all(|sign| legend.contains(sign)), "{act}: {legend}");
        }
    }
}
