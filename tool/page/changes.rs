//! Where a program differs from one that is almost the same.

use std::fmt::Write;
use std::ops::Range;

/// The places that differ: lines that are new, counted from 0, or an empty range where lines were left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes(Vec<Range<usize>>);

impl Changes {
    /// The changes that make `after` of `before`; `None` where they are other programs rather than versions of one: they differ
    /// in more than three places, or in more than two fifths of their lines, or not at all.
    pub fn since(before: &str, after: &str) -> Option<Changes> {
        let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
        let kept = kept(&before, &after);
        let mut places: Vec<Range<usize>> = vec![];
        let mut last = (0, 0);
        for &(old, new) in kept.iter().chain([&(before.len(), after.len())]) {
            if (old, new) != last {
                places.push(last.1..new);
            }
            last = (old + 1, new + 1);
        }
        let is_version = 5 * kept.len() >= 3 * before.len().max(after.len());
        (is_version && (1..=3).contains(&places.len())).then_some(Changes(places))
    }

    /// The stops of a gradient from the top of the code to its foot, with this color at what is new. Where lines were left out,
    /// there is a thin black line.
    pub fn stops(&self, new: &str) -> String {
        let mut stops = String::new();
        for Range { start, end } in &self.0 {
            let (from, color, to) = match start == end {
                true => (format!("calc({start}lh - 1px)"), "#000", format!("calc({start}lh + 1px)")),
                false => (format!("{start}lh"), new, format!("{end}lh")),
            };
            let _ = write!(stops, "#0000 {from},{color} {from} {to},#0000 {to},");
        }
        stops.trim_end_matches(',').to_owned()
    }

    /// The same in words.
    pub fn words(&self) -> String {
        let place = |Range { start, end }: &Range<usize>| match end - start {
            0 => format!("left out before line {}", start + 1),
            1 => format!("line {} changed", start + 1),
            _ => format!("lines {} to {end} changed", start + 1),
        };
        self.0.iter().map(place).collect::<Vec<_>>().join(", ")
    }
}

/// The longest sequence of lines that both have: where each is in both.
fn kept(before: &[&str], after: &[&str]) -> Vec<(usize, usize)> {
    let mut longest = vec![vec![0; after.len() + 1]; before.len() + 1];
    for old in (0..before.len()).rev() {
        for new in (0..after.len()).rev() {
            longest[old][new] = match before[old] == after[new] {
                true => longest[old + 1][new + 1] + 1,
                false => longest[old + 1][new].max(longest[old][new + 1]),
            };
        }
    }
    let (mut old, mut new, mut kept) = (0, 0, vec![]);
    while old < before.len() && new < after.len() {
        if before[old] == after[new] {
            kept.push((old, new));
            (old, new) = (old + 1, new + 1);
        } else if longest[old + 1][new] >= longest[old][new + 1] {
            old += 1;
        } else {
            new += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "a\nb\nc\nd\ne\nf\n";

    #[test]
    fn what_is_new_and_what_is_left_out_are_places() {
        let changes = Changes::since(BEFORE, "a\nnew\nnewer\nc\nd\ne\n").expect("a version");
        assert_eq!(changes.words(), "lines 2 to 3 changed, left out before line 7");
        assert_eq!(
            changes.stops("#0002"),
            "#0000 1lh,#0002 1lh 3lh,#0000 3lh,#0000 calc(6lh - 1px),#000 calc(6lh - 1px) calc(6lh + 1px),#0000 calc(6lh + 1px)"
        );
        let inserted = Changes::since(BEFORE, "a\nb\nc\nnew\nd\ne\nf\n").expect("a version");
        assert_eq!(inserted.words(), "line 4 changed");
    }

    #[test]
    fn other_programs_have_no_changes() {
        assert_eq!(Changes::since(BEFORE, BEFORE), None);
        assert_eq!(Changes::since(BEFORE, "a\nb\nx\ny\nz\nf\n"), None, "half of it");
        let scattered = "a\n1\nb\nc\n2\nd\n3\ne\nf\ng\nh\ni\n4\nj\n";
        assert_eq!(Changes::since("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n", scattered), None, "four places");
    }
}
