//! The figure of a timeline: caption, drawing, output, the same in words, and the orders that were seen.

use std::fmt::Write;

use records::record::Record;
use records::timeline::{Run, Timeline};

use crate::figure::timeline::layout::Layout;
use crate::figure::timeline::legend::legend;
use crate::figure::timeline::lines::lines;
use crate::figure::timeline::orders;
use crate::figure::timeline::svg::svg;
use crate::figure::timeline::words;
use crate::text::html::escape;

/// What a figure needs to know of its page.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// No other figure of the book has this name: the switches between runs are told apart by it.
    pub name: &'a str,
    /// Where the page on reading timelines is, if the book has one.
    pub help: Option<&'a str>,
}

/// The figure, without a blank line, which would end a block of HTML. `record` says what is promised of the output.
pub fn figure(timeline: &Timeline, record: Option<&Record>, place: Place<'_>) -> String {
    let id = escape(&timeline.listing);
    let layouts: Vec<Layout> = timeline.runs.iter().map(Layout::of).collect();
    let help = place
        .help
        .map(|href| format!(" <a href=\"{}\">How to read it</a>", escape(href)))
        .unwrap_or_default();
    let mut html = format!(
        "<figure class=\"timeline\" data-id=\"{id}\">\n\
         <figcaption><span class=\"timeline-of\">Timeline of {id}</span> <span class=\"what\">{}</span>{help}</figcaption>\n\
         <div class=\"runs\">\n",
        what(timeline),
    );
    for (number, (run, layout)) in timeline.runs.iter().zip(&layouts).enumerate() {
        html += &one_run(timeline, number, run, layout, place.name);
    }
    html += "</div>\n";
    html += &legend(&layouts);
    if let (Some(seen), Some(record)) = (&timeline.seen, record) {
        html += &orders::bars(seen, &timeline.runs, record);
    }
    let _ = writeln!(
        html,
        "<p class=\"machine\">Recorded on {}. Times are those of a run that was traced, which is slower. \
         The order of the events is exact; their distances are not: long gaps are shortened, short ones stretched.</p>",
        escape(&timeline.machine)
    );
    html + "</figure>\n"
}

fn what(timeline: &Timeline) -> &'static str {
    match timeline.runs.len() {
        1 => "What one real run did.",
        _ => "What real runs did. They differ in what nobody guarantees.",
    }
}

fn one_run(timeline: &Timeline, number: usize, run: &Run, layout: &Layout, name: &str) -> String {
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
    format!(
        "<div class=\"run\" data-run=\"{number}\">\n{choice}<div class=\"run-body\">\n<div class=\"stage\">\n\
         <div class=\"drawing\"><div class=\"plot\" role=\"region\" aria-label=\"Timeline of {of}, as it is on {name}\" tabindex=\"0\">{}</div></div>\n{}</div>\n\
         <details class=\"events\"><summary>The same in words: {} events</summary>\n<ol{} aria-label=\"Events of {of}\">\n{}</ol>\n</details>\n</div>\n</div>\n",
        svg(layout, &label),
        output(run, &of),
        run.events.len(),
        scrolls(run.events.len(), 60),
        events(run),
        name = escape(name),
    )
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

    const PLACE: Place<'static> = Place { name: "page-1", help: Some("../help.html") };

    #[test]
    fn every_event_is_once_in_the_drawing_and_once_in_the_list() {
        for (name, timeline) in cases::all() {
            let html = figure(&timeline, None, PLACE);
            let events: usize = timeline.runs.iter().map(|run| run.events.len()).sum();
            assert_eq!(html.matches("data-x=").count(), events, "{name}");
            assert_eq!(html.matches("<li data-event=").count(), events, "{name}");
            assert!(!html.contains("\n\n"), "{name}: a blank line ends a block of HTML");
        }
    }

    #[test]
    fn runs_are_chosen_where_there_are_several() {
        assert!(!figure(&cases::greeting(), None, PLACE).contains("radio"));
        let html = figure(&cases::race(), None, PLACE);
        assert_eq!(html.matches("type=\"radio\" name=\"page-1\"").count(), cases::race().runs.len());
        assert_eq!(html.matches(" checked").count(), 1);
    }

    #[test]
    fn machine_and_tracing_are_said() {
        let html = figure(&cases::greeting(), None, PLACE);
        assert!(html.contains("Recorded on a machine") && html.contains("traced"), "{html}");
        assert!(html.contains("href=\"../help.html\""));
    }
}
