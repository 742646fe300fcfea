//! What depends on what: boxes in rows, each below all that it needs, and a line from each of these.
//!
//! The drawing is as wide as a phone's text and grows from there, so that its words are never smaller than on the phone.

use std::fmt::Write;

use crate::figure::svg::n;
use crate::figure::text::width;
use crate::text::html::escape;

/// One box.
#[derive(Clone, Debug)]
pub struct Node {
    /// What is in it.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// The boxes that it needs, by their places in the list. Each comes before it.
    pub needs: Vec<usize>,
}

const WIDTH: f64 = 320.0;
const GAP: f64 = 8.0;
const BETWEEN: f64 = 34.0;
const FONT: f64 = 12.0;
const LINE: f64 = 14.5;
const PADDING: f64 = 7.0;

/// A box with its place.
struct Placed {
    lines: Vec<String>,
    row: usize,
    /// Its middle.
    x: f64,
    top: f64,
    bottom: f64,
}

/// The graph as SVG, on one line.
pub fn graph(nodes: &[Node]) -> String {
    let placed = place(nodes);
    let height = n(placed.iter().map(|one| one.bottom).fold(0.0, f64::max) + 1.0);
    let mut svg = format!(
        "<svg class=\"graph\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\">"
    );
    let wide = box_width(&placed);
    for (to, node) in nodes.iter().enumerate() {
        for &from in &node.needs {
            let _ = write!(svg, "<path class=\"need\" d=\"{}\"/>", line(&placed[from], &placed[to]));
        }
    }
    for (node, one) in nodes.iter().zip(&placed) {
        let _ = write!(
            svg,
            "<a href=\"{}\"><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>",
            escape(&node.href),
            escape(&node.label),
            n(one.x - wide / 2.0),
            n(one.top),
            n(wide),
            n(one.bottom - one.top),
        );
        let room = one.bottom - one.top - LINE * count(&one.lines);
        for (at, text) in one.lines.iter().enumerate() {
            let y = one.top + room / 2.0 + LINE * (count(&one.lines[..at]) + 0.75);
            let _ = write!(svg, " <text x=\"{}\" y=\"{}\">{}</text>", n(one.x), n(y), escape(text));
        }
        svg += "</a>";
    }
    svg + "</svg>"
}

#[allow(clippy::cast_precision_loss, reason = "a graph has few boxes")]
fn count<T>(of: &[T]) -> f64 {
    of.len() as f64
}

/// From the bottom of one box straight down to the row of the other, and there to its top.
fn line(from: &Placed, to: &Placed) -> String {
    let (x, y, bend) = (n(from.x), n(from.bottom), to.top - BETWEEN);
    let middle = n(to.top - BETWEEN / 2.0);
    format!("M{x} {y}V{}C{x} {middle} {ex} {middle} {ex} {}", n(bend), n(to.top), ex = n(to.x))
}

/// How wide each box is: as many as the fullest row has are beside each other.
fn box_width(placed: &[Placed]) -> f64 {
    let most = most(placed.iter().map(|one| one.row));
    ((WIDTH - GAP * (most - 1.0)) / most).min(WIDTH / 2.0) - 1.0
}

/// How many boxes the fullest row has.
fn most(rows: impl Iterator<Item = usize>) -> f64 {
    let mut rows: Vec<usize> = rows.collect();
    rows.sort_unstable();
    rows.chunk_by(|one, other| one == other).map(count).fold(1.0, f64::max)
}

fn place(nodes: &[Node]) -> Vec<Placed> {
    let mut placed: Vec<Placed> = vec![];
    for node in nodes {
        let row = node.needs.iter().map(|&need| placed[need].row + 1).max().unwrap_or(0);
        placed.push(Placed { lines: vec![], row, x: 0.0, top: 0.0, bottom: 0.0 });
    }
    let wide = box_width(&placed);
    for (node, one) in nodes.iter().zip(&mut placed) {
        one.lines = wrapped(&node.label, (wide - PADDING) / FONT);
    }
    let (mut top, rows) = (1.0, placed.iter().map(|one| one.row + 1).max().unwrap_or(0));
    for row in 0..rows {
        let here: Vec<usize> = (0..nodes.len()).filter(|&at| placed[at].row == row).collect();
        let lines = here.iter().map(|&at| count(&placed[at].lines)).fold(1.0, f64::max);
        let bottom = top + lines * LINE + 2.0 * PADDING;
        // Below what they need; in the first row, and where there is no room for that, beside each other.
        let wanted = here.iter().map(|&at| {
            let needs = &nodes[at].needs;
            let of_last: Vec<f64> = needs
                .iter()
                .filter(|&&need| placed[need].row + 1 == row)
                .map(|&need| placed[need].x)
                .collect();
            if of_last.is_empty() { WIDTH / 2.0 } else { of_last.iter().sum::<f64>() / count(&of_last) }
        });
        let xs = spread(&wanted.collect::<Vec<_>>(), wide + GAP, wide);
        for (&at, x) in here.iter().zip(xs) {
            (placed[at].x, placed[at].top, placed[at].bottom) = (x, top, bottom);
        }
        top = bottom + BETWEEN;
    }
    placed
}

/// Places in this order that are as near to the wanted ones as their distance allows, inside the drawing.
fn spread(wanted: &[f64], apart: f64, wide: f64) -> Vec<f64> {
    let (mut xs, half) = (Vec::<f64>::new(), wide / 2.0 + 0.5);
    for want in wanted {
        let least = xs.last().map_or(half, |last| last + apart);
        xs.push(want.max(least));
    }
    // What was pushed out to the right goes back to the left as a whole.
    let over = xs.iter().zip(wanted).map(|(x, want)| x - want).sum::<f64>() / count(wanted).max(1.0);
    let outside = xs.last().map_or(0.0, |last| last + half - WIDTH);
    let back = f64::max(over, outside).min(xs.first().map_or(0.0, |first| first - half).max(0.0));
    xs.iter().map(|x| x - back).collect()
}

/// The words in lines that are no wider than this at a font size of one.
fn wrapped(text: &str, most: f64) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line) + width(" ") + width(word) <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(needs: &[&[usize]]) -> Vec<Node> {
        let node = |needs: &&[usize]| Node {
            label: "Controlling the start method".to_owned(),
            href: "a.html".to_owned(),
            needs: needs.to_vec(),
        };
        needs.iter().map(node).collect()
    }

    #[test]
    fn a_box_is_below_all_that_it_needs() {
        let nodes = nodes(&[&[], &[0], &[0], &[0], &[0], &[2], &[4], &[6], &[1, 3, 5, 7]]);
        let placed = place(&nodes);
        for (node, one) in nodes.iter().zip(&placed) {
            for &need in &node.needs {
                assert!(placed[need].bottom + BETWEEN <= one.top, "{need} is not above");
            }
        }
    }

    #[test]
    fn boxes_neither_touch_nor_leave_the_drawing() {
        for needs in
            [&[&[][..], &[0], &[0], &[0], &[0], &[4], &[1]][..], &[&[], &[], &[1], &[1], &[1]], &[&[]]]
        {
            let placed = place(&nodes(needs));
            let wide = box_width(&placed);
            for (at, one) in placed.iter().enumerate() {
                assert!(one.x - wide / 2.0 >= 0.0 && one.x + wide / 2.0 <= WIDTH, "{at} is outside");
                let beside = placed[..at].iter().filter(|other| other.row == one.row);
                assert!(beside.clone().all(|other| one.x - other.x >= wide + GAP - 0.1), "{at} touches");
            }
        }
    }

    #[test]
    fn words_stay_in_their_boxes() {
        let placed = place(&nodes(&[&[], &[0], &[0], &[0], &[0]]));
        let wide = box_width(&placed);
        for line in placed.iter().flat_map(|one| &one.lines) {
            assert!(width(line) * FONT <= wide, "{line} is wider than {wide}");
        }
    }
}
