//! The figure of a plot: caption, drawing, where lines cross, the same as a table, and where it was measured.

use std::fmt::Write;

use crate::figure::plot::data::{Line, Plot};
use crate::figure::plot::layout::Layout;
use crate::figure::plot::point::Point;
use crate::figure::plot::svg::svg;
use crate::figure::plot::words;
use crate::text::html::escape;

/// The figure, without a blank line, which would end a block of HTML.
pub fn figure(id: &str, plot: &Plot<'_>) -> String {
    let spec = plot.spec;
    let label = format!("{}. {} The table below it has the same values.", spec.title, spec.says);
    format!(
        "<figure class=\"measurement\" data-id=\"{id}\">\n\
         <figcaption><span class=\"plot-of\">{title}</span> <span class=\"what\">{says}</span></figcaption>\n\
         <div class=\"chart\">{svg}</div>\n\
         {crossings}{table}\
         <p class=\"machine\">Marks are medians of {rounds} rounds, bars the middle half of the samples. Machine: {machine}.</p>\n\
         </figure>\n",
        id = escape(id),
        title = escape(&spec.title),
        says = escape(&spec.says),
        svg = svg(&Layout::of(plot), &label),
        crossings = crossings(plot),
        table = table(id, plot),
        rounds = plot.results.rounds,
        machine = escape(&plot.results.machine),
    )
}

/// From where on each line lies below the one that it is compared with.
fn crossings(plot: &Plot<'_>) -> String {
    let Some(below) = &plot.spec.below else { return String::new() };
    let mut html =
        format!("<ul class=\"crossings\" aria-label=\"From where on each lies below {0}\">", escape(below));
    for line in plot.lines.iter().filter(|line| line.label != *below) {
        let from = match line.below_from {
            Some((x, _)) => format!("from about {} on", words::about(x)),
            None if is_below(plot, line, below) => "everywhere that was measured".to_owned(),
            None => "nowhere that was measured".to_owned(),
        };
        let _ = write!(html, "<li><b>{}</b> below {}: {from}</li>", escape(&line.label), escape(below));
    }
    html + "</ul>\n"
}

/// Whether all medians of a line lie below those of the other one.
fn is_below(plot: &Plot<'_>, line: &Line, below: &str) -> bool {
    let Some(other) = plot.lines.iter().find(|line| line.label == below) else { return false };
    line.points.iter().all(|point| {
        other.points.iter().filter(|other| other.x == point.x).all(|other| point.y[1] < other.y[1])
    })
}

fn table(id: &str, plot: &Plot<'_>) -> String {
    let mut at: Vec<f64> = plot.lines.iter().flat_map(|line| &line.points).map(|point| point.x).collect();
    at.sort_by(f64::total_cmp);
    at.dedup();
    let heads: String =
        plot.lines.iter().map(|line| format!("<th scope=\"col\">{}</th>", escape(&line.label))).collect();
    let mut html = format!(
        "<details class=\"values\"><summary>The same as a table</summary>\n\
         <div class=\"table-wrapper\" tabindex=\"0\" role=\"region\" aria-label=\"Values of {}\"><table><thead><tr><th scope=\"col\">{}</th>{heads}</tr></thead><tbody>\n",
        escape(id),
        escape(&plot.spec.x.title),
    );
    for x in at {
        let cells: String = plot
            .lines
            .iter()
            .map(|line| match line.points.iter().find(|point| point.x == x) {
                Some(point) => format!("<td>{}</td>", value(plot, point)),
                None => "<td></td>".to_owned(),
            })
            .collect();
        let _ = writeln!(html, "<tr><th scope=\"row\">{}</th>{cells}</tr>", words::count(x));
    }
    html + "</tbody></table></div>\n</details>\n"
}

fn value(plot: &Plot<'_>, point: &Point) -> String {
    let [low, middle, high] = point.y.map(|value| plot.unit.show(value));
    if low == high { middle } else { format!("{middle} <small>({low} to {high})</small>") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::plot::data::tests::{SPEC, results};
    use crate::figure::plot::spec;

    #[test]
    fn every_value_is_in_the_table() {
        let (spec, results) = (spec::read(SPEC).expect("a plot"), results());
        let plot = Plot::of(&spec, &results).expect("all is there");
        let html = figure("sample/one", &plot);
        assert_eq!(html.matches("<td>").count(), 6);
        assert_eq!(html.matches("<td></td>").count(), 1, "fork was not measured with 4");
        assert!(html.contains("<td>100 µs <small>(90 µs to 100 µs)</small></td>"), "{html}");
        assert!(html.contains("Machine: a machine.") && html.contains("3 rounds"));
        assert!(!html.contains("\n\n"), "a blank line ends a block of HTML");
    }

    #[test]
    fn a_break_even_is_said() {
        let text = SPEC.replace("]}]}", "]}], \"below\": \"threads\"}");
        let (spec, mut results) = (spec::read(&text).expect("a plot"), results());
        results.cases[5].samples = vec![25.0; 3];
        let plot = Plot::of(&spec, &results).expect("all is there");
        let html = figure("sample/one", &plot);
        assert!(html.contains("<b>fork</b> below threads: from about 1 on"), "{html}");
    }

    #[test]
    fn a_line_that_is_always_below_has_no_break_even() {
        let text = SPEC.replace("]}]}", "]}], \"below\": \"threads\"}");
        let (spec, mut results) = (spec::read(&text).expect("a plot"), results());
        let said = |results: &_| figure("sample/one", &Plot::of(&spec, results).expect("all is there"));
        let fork = results.cases.iter_mut().filter(|case| case.name.starts_with("fork"));
        fork.for_each(|case| case.samples = vec![0.001; 3]);
        assert!(said(&results).contains("<b>fork</b> below threads: everywhere that was measured"));
        let fork = results.cases.iter_mut().filter(|case| case.name.starts_with("fork"));
        fork.for_each(|case| case.samples = vec![1e9; 3]);
        assert!(said(&results).contains("<b>fork</b> below threads: nowhere that was measured"));
    }
}
