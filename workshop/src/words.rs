//! Sentences and lists as a participant reads them.

use records::record::shown;

/// A sentence of at most so many characters is shown whole.
const LONGEST: usize = 500;

/// A sentence that may quote what a program wrote: on one line, without characters that control a terminal, and with its middle left
/// out if it has no end.
pub(crate) fn readable(sentence: &str) -> String {
    let visible = shown(sentence.as_bytes()).join(" ");
    let count = visible.chars().count();
    if count <= LONGEST {
        return visible;
    }
    let head: String = visible.chars().take(LONGEST / 2).collect();
    let tail: String = visible.chars().skip(count - LONGEST / 2).collect();
    format!("{head} … ({} characters more) … {tail}", count - LONGEST / 2 * 2)
}

/// Names as in a sentence: `A, B and C`.
pub(crate) fn list(names: &[impl AsRef<str>]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_wrote_neither_floods_a_sentence_nor_controls_a_terminal() {
        assert_eq!(readable("It is “\x1b]0;title\x07”."), r"It is “\u{1b}]0;title\u{7}”.");
        let long = readable(&format!("It has to be “one”; it is “{}”, and no more.", "x".repeat(60_000)));
        assert!(
            long.starts_with("It has to be “one”; it is “xxx") && long.ends_with("x”, and no more."),
            "{long}"
        );
        assert!(long.contains(" characters more) ") && long.chars().count() < LONGEST + 50, "{long}");
        assert_eq!(readable("As it is."), "As it is.");
    }

    #[test]
    fn names_are_listed_as_in_a_sentence() {
        let names = ["A", "B", "C"];
        for (count, expected) in [(0, "none"), (1, "A"), (2, "A and B"), (3, "A, B and C")] {
            assert_eq!(list(&names[..count]), expected);
        }
    }
}
