//! What has to come before what, in as few words as say it.
//!
//! Each constraint is a pair of lines. What follows from others is left out. A line that all others come before or after is
//! the last or the first one, steps that follow one another are one clause, and so are lines that share their places and their
//! words: `every “runner … runs”`.

use std::collections::BTreeSet;

/// So many letters and digits of lines that are named together are the same.
const LEAST: usize = 3;
/// What stands for the words in which they differ.
const DOTS: &str = "…";

/// The clauses of a sentence, for these constraints on an output with these lines.
pub(crate) fn clauses(before: &[(String, String)], lines: &[String]) -> Vec<String> {
    let order = Order::of(before, lines);
    let mut words = vec![];
    let all: Vec<usize> = order.among(lines);
    let others = |one: usize| all.iter().filter(move |other| **other != one);
    let has_ends = all.len() > 2;
    let first =
        all.iter().find(|one| has_ends && others(**one).all(|other| order.after[**one].contains(other)));
    let last =
        all.iter().find(|one| has_ends && others(**one).all(|other| order.after[*other].contains(*one)));
    words.extend(first.map(|one| format!("{} comes first", quoted(order.lines[*one]))));
    words.extend(last.map(|one| format!("{} comes last", quoted(order.lines[*one]))));
    let ends: Vec<usize> = first.into_iter().chain(last).copied().collect();
    let steps = order.steps(&ends);
    let groups = groups(&steps, order.lines.len());
    let mut paths = paths(&steps, &groups);
    while !paths.is_empty() {
        let path = paths.remove(0);
        let one_each: Option<Vec<&str>> = path
            .iter()
            .map(|group| match groups[*group][..] {
                [one] => Some(order.lines[one]),
                _ => None,
            })
            .collect();
        // Other paths that say the same of other names.
        let mut alike = None;
        paths.retain(|other| {
            let theirs: Vec<&str> = other.iter().map(|group| order.lines[groups[*group][0]]).collect();
            let is_single = other.iter().all(|group| groups[*group].len() == 1);
            let same = one_each.as_ref().filter(|_| is_single).and_then(|ours| pattern(ours, &theirs));
            let is_alike = same.is_some() && (alike.is_none() || alike == same);
            if is_alike {
                alike = same;
            }
            !is_alike
        });
        words.push(match alike {
            Some(templates) => {
                let [first, its @ ..] = &templates[..] else { unreachable!("a path has steps") };
                let its = its.iter().map(|line| format!("its {}", quoted(line)));
                in_order(std::iter::once(format!("each {}", quoted(first))).chain(its).collect())
            }
            None => in_order(path.iter().map(|group| order.named(&groups[*group])).collect()),
        });
    }
    words
}

/// Clauses as one sentence, with *and* before the last one.
pub(crate) fn sentence(clauses: &[String]) -> String {
    match clauses {
        [first @ .., last] if !first.is_empty() => format!("{}, and {last}", first.join(", ")),
        _ => clauses.concat(),
    }
}

/// Steps of a path, each in words.
fn in_order(steps: Vec<String>) -> String {
    match &steps[..] {
        [first, second] => {
            let comes = if is_one(first) { "comes" } else { "come" };
            format!("{first} {comes} before {second}")
        }
        _ if steps.iter().all(|step| is_one(step)) => format!("{} come in this order", and(&steps)),
        [first, rest @ ..] => format!("{first} come first, then {}", rest.join(", then ")),
        [] => String::new(),
    }
}

/// Whether these words are the name of one line, or of each of several.
fn is_one(named: &str) -> bool {
    named.matches('“').count() == 1
}

fn quoted(line: &str) -> String {
    format!("“{line}”")
}

/// A list in a sentence, with *and* before its last item.
fn and(items: &[String]) -> String {
    match items {
        [first @ .., last, end] if !first.is_empty() => format!("{}, {last}, and {end}", first.join(", ")),
        _ => items.join(" and "),
    }
}

/// Lines, and what follows what.
struct Order<'a> {
    /// Each line once, in the order of the output.
    lines: Vec<&'a str>,
    /// For each of them, those that come after it, directly or through others.
    after: Vec<BTreeSet<usize>>,
}

impl<'a> Order<'a> {
    fn of(before: &'a [(String, String)], output: &'a [String]) -> Order<'a> {
        let mut lines: Vec<&str> = vec![];
        for line in output.iter().chain(before.iter().flat_map(|(first, second)| [first, second])) {
            if !lines.contains(&line.as_str()) {
                lines.push(line);
            }
        }
        let at = |line: &String| lines.iter().position(|other| other == line).expect("each line is there");
        let mut after = vec![BTreeSet::new(); lines.len()];
        for (first, second) in before {
            after[at(first)].insert(at(second));
        }
        for through in 0..lines.len() {
            let further = after[through].clone();
            for reached in after.iter_mut().filter(|reached| reached.contains(&through)) {
                reached.extend(&further);
            }
        }
        Order { lines, after }
    }

    /// The numbers of these lines.
    fn among(&self, lines: &[String]) -> Vec<usize> {
        (0..self.lines.len()).filter(|at| lines.iter().any(|line| line == self.lines[*at])).collect()
    }

    /// The pairs that follow from no others, without these lines.
    fn steps(&self, without: &[usize]) -> Vec<(usize, usize)> {
        let kept = |line: &usize| !without.contains(line);
        let step = |first: usize| {
            let direct = move |second: &usize| {
                !self.after[first].iter().any(|between| self.after[*between].contains(second))
            };
            self.after[first].iter().copied().filter(kept).filter(direct).map(move |second| (first, second))
        };
        (0..self.lines.len()).filter(kept).flat_map(step).collect()
    }

    /// These lines in words: all of one pattern, if no other line has it.
    fn named(&self, group: &[usize]) -> String {
        let lines: Vec<&str> = group.iter().map(|line| self.lines[*line]).collect();
        let template = lines.split_first().and_then(|(first, others)| {
            let mut templates = others.iter().map(|other| pattern(&[first], &[other]));
            let template = templates.next()??;
            templates.all(|other| other.as_ref() == Some(&template)).then(|| template.concat())
        });
        let fits = |template: &String, line: &str| {
            let (start, end) = template.split_once(DOTS).unwrap_or((template, ""));
            line.len() >= start.len() + end.len() && line.starts_with(start) && line.ends_with(end)
        };
        let only_these =
            |template: &String| self.lines.iter().all(|line| lines.contains(line) || !fits(template, line));
        match template.filter(only_these) {
            Some(template) => format!("every {}", quoted(&template)),
            None => and(&lines.into_iter().map(quoted).collect::<Vec<_>>()),
        }
    }
}

/// Lines that come after the same ones and before the same ones.
fn groups(steps: &[(usize, usize)], lines: usize) -> Vec<Vec<usize>> {
    let around = |line: usize| {
        let before: Vec<usize> = steps.iter().filter(|step| step.1 == line).map(|step| step.0).collect();
        let after: Vec<usize> = steps.iter().filter(|step| step.0 == line).map(|step| step.1).collect();
        (before, after)
    };
    let mut groups: Vec<Vec<usize>> = vec![];
    for line in (0..lines).filter(|line| steps.iter().any(|step| step.0 == *line || step.1 == *line)) {
        match groups.iter_mut().find(|group| around(group[0]) == around(line)) {
            Some(group) => group.push(line),
            None => groups.push(vec![line]),
        }
    }
    groups
}

/// The steps between groups, as few paths: the longest one first, and then what is left.
fn paths(steps: &[(usize, usize)], groups: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let group = |line: usize| groups.iter().position(|group| group.contains(&line)).expect("its group");
    let mut left: BTreeSet<(usize, usize)> =
        steps.iter().map(|(first, second)| (group(*first), group(*second))).collect();
    let mut paths = vec![];
    while !left.is_empty() {
        let mut longest: Vec<Vec<usize>> = (0..groups.len()).map(|group| vec![group]).collect();
        // Each round makes the paths longer by a step, and none is longer than there are groups.
        for _ in 0..groups.len() {
            for (first, second) in &left {
                if longest[*first].len() >= longest[*second].len() {
                    let mut path = longest[*first].clone();
                    path.push(*second);
                    longest[*second] = path;
                }
            }
        }
        let path = longest.into_iter().rev().max_by_key(Vec::len).expect("a step is left");
        path.windows(2).for_each(|step| {
            left.remove(&(step[0], step[1]));
        });
        paths.push(path);
    }
    paths
}

/// What these lines and those have in common, if they differ only in one word, which is the same for all of them.
fn pattern(ours: &[&str], theirs: &[&str]) -> Option<Vec<String>> {
    if ours.len() != theirs.len() {
        return None;
    }
    let (our, their) = difference(ours[0], theirs[0])?;
    let template = |(ours, theirs): (&&str, &&str)| {
        let template = ours.replacen(our, DOTS, 1);
        let fixed = template.chars().filter(|c| c.is_alphanumeric()).count();
        (ours.contains(our) && template == theirs.replacen(their, DOTS, 1) && fixed >= LEAST)
            .then_some(template)
    };
    ours.iter().zip(theirs).map(template).collect()
}

/// The words in which two lines differ.
fn difference<'a>(one: &'a str, other: &'a str) -> Option<(&'a str, &'a str)> {
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| -> Vec<char> {
        pairs.take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
    };
    let start = same(&mut one.chars().zip(other.chars()));
    // Up to where a word begins.
    let start: usize = match start.iter().rposition(|c| !c.is_alphanumeric()) {
        Some(at) => start[..=at].iter().map(|c| c.len_utf8()).sum(),
        None => 0,
    };
    let (one, other) = (&one[start..], &other[start..]);
    let end = same(&mut one.chars().rev().zip(other.chars().rev()));
    let end: usize = match end.iter().rposition(|c| !c.is_alphanumeric()) {
        Some(at) => end[..=at].iter().map(|c| c.len_utf8()).sum(),
        None => 0,
    };
    let middle = |line: &'a str| line.get(..line.len().checked_sub(end)?);
    let (one, other) = (middle(one)?, middle(other)?);
    (one != other && !one.is_empty() && !other.is_empty()).then_some((one, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a>b>c`, one line each, on an output that has these lines in this order.
    fn words(constraints: &[&str], lines: &[&str]) -> Vec<String> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let mut before = vec![];
        for chain in constraints {
            let chain: Vec<&str> = chain.split('>').collect();
            before.extend(chain.windows(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())));
        }
        clauses(&before, &lines)
    }

    #[test]
    fn what_all_others_come_before_or_after_is_at_an_end() {
        let lines = ["a", "b", "z"];
        assert_eq!(words(&["a>z", "b>z"], &lines), ["“z” comes last"]);
        assert_eq!(words(&["a>b", "a>z"], &lines), ["“a” comes first"]);
        assert_eq!(words(&["a>b>z"], &lines), ["“a” comes first", "“z” comes last"]);
        assert_eq!(words(&["a>z"], &lines), ["“a” comes before “z”"]);
        let lines = ["bang", "one", "two", "set"];
        let fans = ["bang>one>set", "bang>two>set"];
        assert_eq!(words(&fans, &lines), ["“bang” comes first", "“set” comes last"]);
    }

    #[test]
    fn steps_that_follow_one_another_are_one_clause() {
        let lines = ["a", "b", "c", "d", "x", "y"];
        assert_eq!(words(&["a>b>c", "a>c"], &lines), ["“a”, “b”, and “c” come in this order"]);
        let both = ["“a”, “b”, and “c” come in this order", "“x” comes before “y”"];
        assert_eq!(words(&["x>y", "a>b>c"], &lines), both);
        let both = ["“a”, “b”, and “c” come in this order", "“x” comes before “c”"];
        assert_eq!(words(&["x>c", "a>b>c"], &lines), both);
    }

    #[test]
    fn lines_with_the_same_place_are_named_together() {
        let lines = ["a", "b", "x", "y", "z"];
        assert_eq!(words(&["a>x", "a>y", "b>x", "b>y"], &lines), ["“a” and “b” come before “x” and “y”"]);
        let three = ["a>x", "b>x", "x>y"];
        assert_eq!(words(&three, &lines), ["“a” and “b” come first, then “x”, then “y”"]);
    }

    #[test]
    fn lines_of_one_pattern_are_one_name() {
        let lines = ["station 1 began", "station 2 began", "station 1 has 3", "station 2 has 3", "x"];
        let all = ["station 1 began>station 1 has 3", "station 2 began>station 2 has 3"];
        assert_eq!(words(&all, &lines), ["each “station … began” comes before its “station … has 3”"]);
        let across = ["station 1 began>station 2 has 3", "station 2 began>station 1 has 3"];
        let across = [&all[..], &across].concat();
        assert_eq!(words(&across, &lines), ["every “station … began” comes before every “station … has 3”"]);
        // One more line that has the pattern, and another place.
        let lines = [&lines[..], &["station 3 began"]].concat();
        let some = "“station 1 began” and “station 2 began” come before every “station … has 3”";
        assert_eq!(words(&across, &lines), [some]);
        let names = ["Ann reads>Ann ends", "Ben reads>Ben ends"];
        let lines = ["Ann reads", "Ben reads", "Ann ends", "Ben ends"];
        assert_eq!(words(&names, &lines), ["each “… reads” comes before its “… ends”"]);
        let three = ["Ann reads>Ann ends>Ann left", "Ben reads>Ben ends>Ben left"];
        let words = words(&three, &lines);
        assert_eq!(words, ["each “… reads”, its “… ends”, and its “… left” come in this order"]);
    }

    #[test]
    fn lines_that_have_only_a_letter_have_no_pattern() {
        let words = words(&["A>C", "B>D"], &["A", "B", "C", "D"]);
        assert_eq!(words, ["“A” comes before “C”", "“B” comes before “D”"]);
    }

    #[test]
    fn the_difference_of_two_lines_is_a_word() {
        assert_eq!(difference("Ann has 1", "Ben has 1"), Some(("Ann", "Ben")));
        assert_eq!(difference("part 10 is", "part 1 is"), Some(("10", "1")));
        assert_eq!(difference("é 1", "é 21"), Some(("1", "21")));
        assert_eq!(difference("same", "same"), None);
    }
}
