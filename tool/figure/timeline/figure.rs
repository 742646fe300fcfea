//! The figure of a timeline: drawing, output, the same in words, and the orders that were seen. What the signs mean is said
//! once for all figures of a page.

use std::fmt::Write;

use records::record::Record;
use records::timeline::{Run, Timeline};

use crate::figure::timeline::brief::brief;
use crate::figure::timeline::layout::Layout;
use crate::figure::timeline::legend::{Signs, signs};
use crate::figure::timeline::lines::lines;
use crate::figure::timeline::orders;
use crate::figure::timeline::svg::svg;
use crate::figure::timeline::tall::Tall;
use crate::figure::timeline::tall_svg::tall_svg;
use crate::figure::timeline::words;
use crate::text::html::escape;

/// A figure, and the signs in it.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Without a blank line, which would end a block of HTML.
    pub html: String,
    /// What a legend has to explain.
    pub signs: Signs,
}

/// The figure. No other figure of the book has this name: the switches between runs are told apart by it. `record` says what is
/// promised of the output.
pub fn figure(timeline: &Timeline, look: Look, record: Option<&Record>, name: &str) -> Figure {
    of(timeline, look, record, name, On::Page)
}

/// How much a figure tells of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// All that was recorded.
    Whole,
    /// The few beats of its story, large.
    Brief,
}

impl Look {
    /// The run, as far as it is told.
    pub fn run(self, run: Run) -> Run {
        match self {
            Look::Whole => run,
            Look::Brief => brief(&run),
        }
    }

    /// The drawing of what [`Look::run`] gave.
    pub fn layout(self, run: &Run) -> Layout {
        match self {
            Look::Whole => Layout::of(run),
            Look::Brief => Layout::brief(run),
        }
    }
}

/// Where a figure is shown.
#[derive(Clone, Copy, PartialEq)]
enum On {
    /// On a page, beside the listing's output, and on a phone with the tall drawing.
    Page,
    /// In the place of a run that was watched, and as that was drawn.
    Stage,
}

fn of(timeline: &Timeline, look: Look, record: Option<&Record>, name: &str, on: On) -> Figure {
    let mut timeline = timeline.clone();
    timeline.runs = timeline.runs.into_iter().map(|run| look.run(run)).collect();
    let layouts: Vec<Layout> = timeline.runs.iter().map(|run| look.layout(run)).collect();
    let mut html = format!(
        "<figure class=\"timeline\" data-id=\"{}\">\n<div class=\"runs\">\n",
        escape(&timeline.listing),
    );
    for (number, layout) in layouts.iter().enumerate() {
        html += &one_run(&timeline, number, layout, look, name, on);
    }
    html += "</div>\n";
    if let (Some(seen), Some(record)) = (&timeline.seen, record) {
        html += &orders::bars(seen, &timeline.runs, record);
    }
    Figure { html: html + "</figure>\n", signs: signs(&layouts) }
}

/// The figure of a timeline that comes to a page later, with its signs in a fold of its own.
pub fn alone(timeline: &Timeline, look: Look, record: Option<&Record>, name: &str) -> String {
    let Figure { html, signs } = of(timeline, look, record, name, On::Stage);
    if look == Look::Brief {
        // Its beats say what they are.
        return html;
    }
    let key = key(&signs, [timeline.machine.as_str()]);
    html.replacen(
        "</figure>\n",
        &format!(
            "<details class=\"key\"><summary>What the signs mean</summary>\n{key}</details>\n</figure>\n"
        ),
        1,
    )
}

/// What the signs of figures mean, and where their runs were recorded.
pub fn key<'a>(signs: &Signs, machines: impl IntoIterator<Item = &'a str>) -> String {
    let machines: Vec<String> = machines.into_iter().map(escape).collect();
    format!(
        "{}<p class=\"machine\">Recorded on {}. Tracing slows a run down. \
         The order of the events is exact. Their distances are not: long gaps are shortened, short ones stretched.</p>\n",
        signs.legend(),
        machines.join(" and on "),
    )
}

fn one_run(timeline: &Timeline, number: usize, layout: &Layout, look: Look, name: &str, on: On) -> String {
    let run = &timeline.runs[number];
    let several = timeline.runs.len() > 1;
    let id = escape(&timeline.listing);
    let (of, which) = match several {
        true => (format!("run {} of {id}", number + 1), format!("run {}", number + 1)),
        false => (id.clone(), "the run".to_owned()),
    };
    let choice = match several {
        true => format!(
            "<label class=\"choice\"><input type=\"radio\" name=\"{}\"{}> Run {}</label>\n",
            escape(name),
            if number == 0 { " checked" } else { "" },
            number + 1
        ),
        false => String::new(),
    };
    let label = format!(
        "Drawing of {which}: {}, {} events. The list below it says the same in words.",
        processes(run),
        run.events.len()
    );
    let drawing = |svg: &str| {
        let name = escape(name);
        format!(
            "<div class=\"drawing\"><div class=\"plot\" role=\"region\" aria-label=\"Timeline of {of}, as it is on {name}\" tabindex=\"0\">{svg}</div></div>\n"
        )
    };
    let output = output(run, &of);
    let (drawn, told) = match on {
        On::Page => {
            (drawing(&(svg(layout, &label) + &tall_svg(&tall(run, layout, look), &label))), output.as_str())
        }
        On::Stage => {
            (format!("<div class=\"stage\">\n{}{output}</div>\n", drawing(&svg(layout, &label))), "")
        }
    };
    format!(
        "<div class=\"run\" data-run=\"{number}\">\n{choice}<div class=\"run-body\">\n{drawn}\
         <details class=\"events\"><summary>The same in words: {} events</summary>\n<ol{} aria-label=\"Events of {of}\">\n{}</ol>\n{told}</details>\n</div>\n</div>\n",
        run.events.len(),
        scrolls(run.events.len(), 60),
        events(run),
    )
}

/// The drawing for a narrow page.
fn tall(run: &Run, layout: &Layout, look: Look) -> Tall {
    match look {
        Look::Whole => Tall::of(run, &layout.axis),
        Look::Brief => Tall::brief(run, &layout.axis),
    }
}

/// A long list scrolls in a box of its own, which then is a stop for the tab key.
fn scrolls(items: usize, longest: usize) -> &'static str {
    if items > longest { " class=\"long\" tabindex=\"0\"" } else { "" }
}

fn processes(run: &Run) -> String {
    match run.processes.len() {
        1 => "one process".to_owned(),
        count => format!("{count} processes"),
    }
}

/// The output, line by line, with who wrote it.
fn output(run: &Run, of: &str) -> String {
    let items = lines_of_output(run);
    if items.is_empty() {
        return String::new();
    }
    let scrolls = scrolls(items.lines().count(), 12);
    format!(
        "<div class=\"wrote\"><div class=\"wrote-title\">Output, as it was written</div><ol{scrolls} aria-label=\"Output of {of}\">\n{items}</ol></div>\n"
    )
}

/// The items of a list of the lines of output, of which nobody reads more than a few hundred.
pub(crate) fn lines_of_output(run: &Run) -> String {
    const MOST: usize = 400;
    let lines = lines(run);
    let more = lines.len().saturating_sub(MOST);
    let mut html = String::new();
    for line in lines.into_iter().take(MOST) {
        let first = line.events[0];
        let numbers: Vec<String> = line.events.iter().map(|event| (event + 1).to_string()).collect();
        let process = run.events[first].process;
        let stream = words::stream(line.stream);
        let _ = writeln!(
            html,
            "<li data-by=\"{}\" data-process=\"{process}\" data-stream=\"{stream}\"><span class=\"by\"><span class=\"numbers\">{}</span> {}</span> <samp class=\"{stream}\">{}</samp></li>",
            numbers.join(" "),
            numbers.join(", "),
            escape(&run.processes[process].name),
            escape(&line.text),
        );
    }
    if more > 0 {
        let _ = writeln!(html, "<li class=\"note\">{more} more lines are not shown.</li>");
    }
    html
}

/// The events in words.
fn events(run: &Run) -> String {
    let event = |(at, event): (usize, &records::timeline::Event)| {
        format!(
            "<li data-event=\"{}\" data-process=\"{}\"><span class=\"at\">{}</span> {}.</li>\n",
            at + 1,
            event.process,
            words::time(event.at),
            escape(&words::sentence(run, event)),
        )
    };
    run.events.iter().enumerate().map(event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::timeline::cases;

    const NAME: &str = "page-1";

    #[test]
    fn every_event_is_once_in_the_drawing_and_once_in_the_list() {
        for (name, timeline) in cases::all() {
            let html = figure(&timeline, Look::Whole, None, NAME).html;
            let events: usize = timeline.runs.iter().map(|run| run.events.len()).sum();
            assert_eq!(html.matches("<g class=\"mark ").count(), 2 * events, "{name}: in both drawings");
            assert_eq!(html.matches("<li data-event=").count(), events, "{name}");
            assert!(!html.contains("\n\n"), "{name}: a blank line ends a block of HTML");
        }
    }

    #[test]
    fn runs_are_chosen_where_there_are_several() {
        assert!(!figure(&cases::greeting(), Look::Whole, None, NAME).html.contains("radio"));
        let html = figure(&cases::race(), Look::Whole, None, NAME).html;
        assert_eq!(html.matches("type=\"radio\" name=\"page-1\"").count(), cases::race().runs.len());
        assert_eq!(html.matches(" checked").count(), 1);
    }

    #[test]
    fn a_figure_that_comes_later_says_its_signs_and_its_machine() {
        let html = alone(&cases::greeting(), Look::Whole, None, NAME);
        assert!(html.contains("Recorded on a machine") && html.contains("is collected"), "{html}");
        assert!(html.ends_with("</details>\n</figure>\n"), "{html}");
    }
}
