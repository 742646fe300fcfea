//! A question as its author wrote it: what is asked, the choices, the explanation.

use crate::predict::Mistake;
use crate::predict::fact::Fact;
use crate::predict::part::Block;

/// What follows the fence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question, inline Markdown.
    pub asked: String,
    /// What can be chosen; of an open question, nothing.
    pub choices: Vec<Choice>,
    /// What must be true for the answer to be right, where nothing can be chosen.
    pub facts: Vec<Marked>,
    /// Why, Markdown.
    pub explanation: String,
}

/// One of the choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The choice, inline Markdown.
    pub text: String,
    /// Whether it is right, and why.
    pub right: Marked,
}

/// What the author says of some facts, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// The facts, each as it was written. It takes all of them to make a choice right.
    pub facts: Vec<(Fact, String)>,
    /// Whether the author takes them for true.
    pub hold: bool,
    /// The line in the block, counted from 1 at its fence.
    pub line: usize,
}

/// More choices than these are a table.
const MOST: usize = 8;

impl Question {
    /// Reads a block.
    ///
    /// # Errors
    ///
    /// Everything that the author has to fix.
    pub fn read(block: &Block<'_>) -> Result<Question, Vec<Mistake>> {
        let mut reader = Reader { lines: &block.lines, at: 0, mistakes: vec![] };
        if !block.closed {
            reader.mistake(1, "this block is not closed: its last line must be the fence of its first");
        }
        let asked = reader.paragraph();
        if asked.is_empty() {
            reader.mistake(1, "a question is missing: it stands directly below the fence");
        }
        let (choices, facts) = reader.answers();
        let explanation = reader.rest();
        if explanation.is_empty() {
            reader.mistake(1, "the explanation is missing: it follows the choices or the facts");
        }
        match reader.mistakes.is_empty() {
            true => Ok(Question { asked, choices, facts, explanation }),
            false => Err(reader.mistakes),
        }
    }

    /// All facts, of choices or not.
    pub fn marked(&self) -> impl Iterator<Item = &Marked> {
        self.choices.iter().map(|choice| &choice.right).chain(&self.facts)
    }
}

/// Reads the lines of a block from above.
struct Reader<'a> {
    lines: &'a [&'a str],
    at: usize,
    mistakes: Vec<Mistake>,
}

impl<'a> Reader<'a> {
    fn mistake(&mut self, line: usize, message: impl Into<String>) {
        self.mistakes.push(Mistake { line, message: message.into() });
    }

    /// The line that is read next, if it is part of the paragraph, the choice or the facts that come before it.
    fn line(&self) -> Option<&'a str> {
        self.lines.get(self.at).copied().filter(|line| !line.trim().is_empty())
    }

    fn skip_blank(&mut self) {
        while self.lines.get(self.at).is_some_and(|line| line.trim().is_empty()) {
            self.at += 1;
        }
    }

    fn paragraph(&mut self) -> String {
        self.skip_blank();
        let mut lines = vec![];
        while let Some(line) = self.line().filter(|line| mark(line).is_none() && facts(line).is_none()) {
            lines.push(line.trim());
            self.at += 1;
        }
        lines.join("\n")
    }

    fn answers(&mut self) -> (Vec<Choice>, Vec<Marked>) {
        let (mut choices, mut facts) = (vec![], vec![]);
        self.skip_blank();
        while let Some(line) = self.line() {
            if let Some((right, text)) = mark(line) {
                choices.extend(self.choice(right, text));
            } else if let Some(written) = self::facts(line) {
                self.at += 1;
                let line = self.at + 1;
                let read = self.facts(&written, line);
                facts.extend(read.map(|facts| Marked { facts, hold: true, line }));
            } else {
                break;
            }
            self.skip_blank();
        }
        // With a mistake in one of them the others may be fine together.
        if self.mistakes.is_empty()
            && let Some((line, message)) = amiss(&choices, &facts)
        {
            self.mistake(line, message);
        }
        (choices, facts)
    }

    /// A choice, with the indented lines that follow its first one.
    fn choice(&mut self, right: bool, first: &str) -> Option<Choice> {
        let line = self.at + 2;
        let mut text = first.trim().to_owned();
        self.at += 1;
        while let Some(more) = self.line().filter(|line| line.starts_with(' ')) {
            text = format!("{text} {}", more.trim());
            self.at += 1;
        }
        let (text, written) = comments(&text);
        if written.is_empty() {
            self.mistake(
                line,
                "a fact is missing at the end of this choice, such as `<!-- last \"a line\" -->`",
            );
        } else if text.is_empty() {
            self.mistake(line, "this choice has no text");
        }
        let facts = self.facts(&written, line)?;
        Some(Choice { text: text.to_owned(), right: Marked { facts, hold: right, line } })
    }

    fn facts(&mut self, written: &[&str], line: usize) -> Option<Vec<(Fact, String)>> {
        let read = written.iter().map(|text| Fact::parse(text).map(|fact| (fact, (*text).to_owned())));
        read.collect::<Result<_, _>>().map_err(|message| self.mistake(line, message)).ok()
    }

    fn rest(&mut self) -> String {
        self.skip_blank();
        let lines = &self.lines[self.at.min(self.lines.len())..];
        lines.join("\n").trim_end().to_owned()
    }
}

/// What is wrong with well-written answers when they are taken together, and at which line.
fn amiss(choices: &[Choice], facts: &[Marked]) -> Option<(usize, &'static str)> {
    let Some(first) = choices.first() else {
        let missing = "a fact is missing: a choice ends with one, such as `<!-- last \"a line\" -->`, and an open question \
                       has it on a line of its own";
        return facts.is_empty().then_some((1, missing));
    };
    let twice = choices
        .iter()
        .enumerate()
        .find(|(at, choice)| choices[..*at].iter().any(|other| other.text == choice.text));
    if let Some(fact) = facts.first() {
        Some((fact.line, "this fact belongs to no choice: put it at the end of one"))
    } else if choices.len() == 1 {
        Some((first.right.line, "one choice is none: give another, or ask an open question"))
    } else if let Some(choice) = choices.get(MOST) {
        Some((choice.right.line, "this is one choice too many: eight are enough"))
    } else if let Some((_, choice)) = twice {
        Some((choice.right.line, "this choice is there already"))
    } else if !choices.iter().any(|choice| choice.right.hold) {
        Some((first.right.line, "no choice is marked right: `- [x] …`"))
    } else {
        None
    }
}

/// Whether a line begins a choice, and how it is marked.
fn mark(line: &str) -> Option<(bool, &str)> {
    let rest = line.strip_prefix("- [")?;
    let (mark, text) = rest.split_once(']')?;
    match mark {
        " " => Some((false, text)),
        "x" | "X" => Some((true, text)),
        _ => None,
    }
}

/// Splits the comments from the end of a text.
fn comments(text: &str) -> (&str, Vec<&str>) {
    let mut comments = vec![];
    let mut text = text.trim_end();
    while let Some((before, comment)) = text.strip_suffix("-->").and_then(|text| text.rsplit_once("<!--")) {
        comments.insert(0, comment.trim());
        text = before.trim_end();
    }
    (text, comments)
}

/// The facts on a line that holds nothing else.
fn facts(line: &str) -> Option<Vec<&str>> {
    match comments(line) {
        ("", comments) if !comments.is_empty() => Some(comments),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predict::part::{Part, parts};

    fn read(inside: &str) -> Result<Question, Vec<Mistake>> {
        let page = format!("```predict a/b\n{inside}\n```\n");
        let parts = parts(&page);
        let [(1, Part::Block(block))] = &parts[..] else { panic!("{parts:?}") };
        Question::read(block)
    }

    #[test]
    fn a_question_has_choices_and_an_explanation() {
        let read = read("Which of\nthese?\n\n- [ ] `a` <!-- lines 1 -->\n- [x] b,\n  at length <!-- lines 2 -->\n\nBecause.\n\n- And\n- so on.\n").expect("a question");
        assert_eq!(read.asked, "Which of\nthese?");
        let choices: Vec<_> = read
            .choices
            .iter()
            .map(|Choice { text, right }| (text.as_str(), right.hold, right.facts[0].1.as_str(), right.line))
            .collect();
        assert_eq!(choices, [("`a`", false, "lines 1", 5), ("b, at length", true, "lines 2", 6)]);
        assert_eq!(read.explanation, "Because.\n\n- And\n- so on.");
        assert!(read.facts.is_empty());
    }

    #[test]
    fn an_open_question_has_facts_on_their_own_lines() {
        for blank in ["", "\n"] {
            let read = read(&format!("What?\n{blank}<!-- lines 1 -->\n<!-- not lines 2 -->\n\nThis."))
                .expect("a question");
            assert_eq!((read.choices.len(), read.facts.len(), read.explanation.as_str()), (0, 2, "This."));
            assert!(read.facts.iter().all(|marked| marked.hold));
        }
    }

    #[test]
    fn a_line_may_hold_several_facts() {
        let read = read("What?\n<!-- lines 1 --> <!-- not lines 2 -->\n\nThis.").expect("a question");
        assert_eq!(read.facts[0].facts.len(), 2);
    }

    #[test]
    fn a_choice_may_take_several_facts() {
        let read = read(
            "What?\n\n- [x] a <!-- lines 1 --> <!-- prints \"-->\" -->\n- [ ] b <!-- lines 2 -->\n\nThis.",
        )
        .expect("a question");
        let facts: Vec<_> = read.choices[0].right.facts.iter().map(|(_, written)| written.as_str()).collect();
        assert_eq!((read.choices[0].text.as_str(), facts), ("a", vec!["lines 1", "prints \"-->\""]));
    }

    #[test]
    fn what_is_missing_is_said_with_its_line() {
        let two = "- [x] a <!-- lines 1 -->\n- [ ] b <!-- lines 2 -->";
        for (inside, line, part) in [
            (String::new(), 1, "a question is missing"),
            (format!("\n{two}\n\nSo."), 1, "a question is missing"),
            ("What?\n\nSo.".to_owned(), 1, "a fact is missing"),
            (format!("What?\n\n{two}"), 1, "the explanation is missing"),
            ("What?\n\n- [x] a\n- [ ] b <!-- lines 2 -->\n\nSo.".to_owned(), 4, "a fact is missing"),
            (
                "What?\n\n- [x] a <!-- lines 1 --> more\n- [ ] b <!-- lines 2 -->\n\nSo.".to_owned(),
                4,
                "a fact is missing",
            ),
            ("What?\n\n- [x] <!-- lines 1 -->\n- [ ] b <!-- lines 2 -->\n\nSo.".to_owned(), 4, "no text"),
            ("What?\n\n- [x] a <!-- lines 1 -->\n\nSo.".to_owned(), 4, "one choice is none"),
            (
                "What?\n\n- [ ] a <!-- lines 1 -->\n- [ ] b <!-- lines 2 -->\n\nSo.".to_owned(),
                4,
                "no choice is marked right",
            ),
            (format!("What?\n\n{two}\n- [ ] a <!-- lines 3 -->\n\nSo."), 6, "there already"),
            (format!("What?\n\n{two}\n<!-- lines 3 -->\n\nSo."), 6, "belongs to no choice"),
            (format!("What?\n\n{two}\n- [ ] c <!-- line 3 -->\n\nSo."), 6, "the nearest is `lines 3`"),
            ("What?\n<!-- lins 3 -->\n\nSo.".to_owned(), 3, "the nearest is `lines 3`"),
        ] {
            let mistakes = read(&inside).expect_err(&inside);
            assert!(
                mistakes.iter().any(|mistake| mistake.line == line && mistake.message.contains(part)),
                "{inside:?} has {mistakes:?}"
            );
        }
        let many: String = (0..9).map(|n| format!("- [x] {n} <!-- lines {n} -->\n")).collect();
        let mistakes = read(&format!("What?\n\n{many}\nSo.")).expect_err("too many");
        assert_eq!(
            (mistakes[0].line, mistakes[0].message.as_str()),
            (12, "this is one choice too many: eight are enough")
        );
    }

    #[test]
    fn all_mistakes_are_said_at_once() {
        let mistakes = read("What?\n\n- [x] a <!-- lins 1 -->\n- [ ] b\n").expect_err("mistakes");
        let lines: Vec<usize> = mistakes.iter().map(|mistake| mistake.line).collect();
        assert_eq!(lines, [4, 5, 1], "{mistakes:?}");
    }

    #[test]
    fn a_block_must_be_closed() {
        let parts = parts("```predict a/b\nWhat?\n<!-- lines 1 -->\n\nSo.\n");
        let [(1, Part::Block(block))] = &parts[..] else { panic!("{parts:?}") };
        let mistakes = Question::read(block).expect_err("no fence");
        assert!(mistakes[0].message.contains("not closed"), "{mistakes:?}");
    }
}
