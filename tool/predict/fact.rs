//! A fact: something about a listing that its record can confirm or deny, as it is written on a page.

use records::timeline::Birth;
use serde_json::Deserializer;
use supervisor::end::End;

use crate::text::nearest::nearest;

/// A claim, or its contrary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Written with `not ` before it.
    pub negated: bool,
    /// What is claimed.
    pub claim: Claim,
}

/// A claim, by what can confirm it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The record of the output, with its promise.
    Printed(Printed),
    /// The timeline.
    Ran(Ran),
    /// The compiler.
    Refused(Refused),
}

/// A claim about whether the listing compiles. Every compiler says the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It does not compile.
    AtAll,
    /// One of its errors has this code.
    With(String),
    /// One of its errors is on this line.
    At(usize),
}

/// A claim about every run: what it prints, in which order, and how it ends. A line is written as in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Printed {
    /// The line is printed: this often, or at least once.
    Prints(String, Option<usize>),
    /// How many lines standard output and standard error have together.
    Lines(usize),
    /// In every run the first line of its output is this one.
    First(String),
    /// In every run the last line of its output is this one.
    Last(String),
    /// In every run each line equal to the first comes before each one equal to the second.
    Before(String, String),
    /// Runs with either order are allowed.
    Unordered(String, String),
    /// This is the only way to end.
    Ends(End),
    /// This is one of the ways to end.
    MayEnd(End),
    /// All that is promised follows from the program.
    Guaranteed,
}

/// A claim about the recorded runs. A process is named as in the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ran {
    /// How many processes there were, with the main one.
    Processes(usize),
    /// How a process ended.
    Ended(String, End),
    /// The first one was started by the second.
    Parent(String, String),
    /// The first one was collected by the second.
    Collected(String, String),
    /// No process of the run collected it.
    NeverCollected(String),
    /// It outlived its parent, as a running process or as a zombie.
    Orphan(String),
    /// It replaced the program that it began with.
    Executed(String),
    /// How it was started.
    Started(String, Birth),
    /// Whenever the line was written, the process did it.
    Printed(String, String),
    /// How many orders of the lines were seen.
    Orders(usize),
}

/// How each fact is written.
const FORMS: [&str; 23] = [
    "prints \"LINE\"",
    "prints \"LINE\" 2 times",
    "lines 3",
    "first \"LINE\"",
    "last \"LINE\"",
    "before \"LINE\" \"LINE\"",
    "unordered \"LINE\" \"LINE\"",
    "ends END",
    "may end END",
    "processes 3",
    "process \"NAME\" ended END",
    "parent \"NAME\" \"NAME\"",
    "collected \"NAME\" by \"NAME\"",
    "never collected \"NAME\"",
    "orphan \"NAME\"",
    "executed \"NAME\"",
    "started \"NAME\" by clone|fork|vfork",
    "printed \"LINE\" by \"NAME\"",
    "orders 2",
    "refused",
    "refused \"CODE\"",
    "refused at line 5",
    "guaranteed",
];

impl Fact {
    /// Reads a fact.
    ///
    /// # Errors
    ///
    /// A sentence for the author, with the form that is nearest to what was written.
    pub fn parse(text: &str) -> Result<Fact, String> {
        let text = text.trim();
        let (negated, text) = match text.strip_prefix("not ") {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        };
        let tokens = tokens(text)?;
        let claim = match (printed(&tokens)?, refused(&tokens)?) {
            (Some(claim), _) => Some(Claim::Printed(claim)),
            (None, Some(claim)) => Some(Claim::Refused(claim)),
            (None, None) => ran(&tokens)?.map(Claim::Ran),
        };
        claim.map(|claim| Fact { negated, claim }).ok_or_else(|| unknown(text))
    }
}

fn printed(tokens: &[Token<'_>]) -> Result<Option<Printed>, String> {
    use Token::{Text, Word};
    Ok(Some(match tokens {
        [Word("prints"), Text(line)] => Printed::Prints(line.clone(), None),
        [Word("prints"), Text(line), Word(times), Word("times" | "time")] => {
            Printed::Prints(line.clone(), Some(number(times)?))
        }
        [Word("lines"), Word(count)] => Printed::Lines(number(count)?),
        [Word("first"), Text(line)] => Printed::First(line.clone()),
        [Word("last"), Text(line)] => Printed::Last(line.clone()),
        [Word("before"), Text(a), Text(b)] => Printed::Before(a.clone(), b.clone()),
        [Word("unordered"), Text(a), Text(b)] => Printed::Unordered(a.clone(), b.clone()),
        [Word("ends"), words @ ..] => Printed::Ends(end(words)?),
        [Word("may"), Word("end"), words @ ..] => Printed::MayEnd(end(words)?),
        [Word("guaranteed")] => Printed::Guaranteed,
        _ => return Ok(None),
    }))
}

fn refused(tokens: &[Token<'_>]) -> Result<Option<Refused>, String> {
    use Token::{Text, Word};
    Ok(Some(match tokens {
        [Word("refused")] => Refused::AtAll,
        [Word("refused"), Text(code)] => Refused::With(code.clone()),
        [Word("refused"), Word("at"), Word("line"), Word(line)] => Refused::At(number(line)?),
        _ => return Ok(None),
    }))
}

fn ran(tokens: &[Token<'_>]) -> Result<Option<Ran>, String> {
    use Token::{Text, Word};
    Ok(Some(match tokens {
        [Word("processes"), Word(count)] => Ran::Processes(number(count)?),
        [Word("process"), Text(name), Word("ended"), words @ ..] => Ran::Ended(name.clone(), end(words)?),
        [Word("parent"), Text(child), Text(parent)] => Ran::Parent(child.clone(), parent.clone()),
        [Word("collected"), Text(child), Word("by"), Text(by)] => Ran::Collected(child.clone(), by.clone()),
        [Word("never"), Word("collected"), Text(name)] => Ran::NeverCollected(name.clone()),
        [Word("orphan"), Text(name)] => Ran::Orphan(name.clone()),
        [Word("executed"), Text(name)] => Ran::Executed(name.clone()),
        [Word("started"), Text(name), Word("by"), Word(call)] => Ran::Started(name.clone(), birth(call)?),
        [Word("printed"), Text(line), Word("by"), Text(name)] => Ran::Printed(line.clone(), name.clone()),
        [Word("orders"), Word(count)] => Ran::Orders(number(count)?),
        _ => return Ok(None),
    }))
}

/// What a fact is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    /// In double quotes, with JSON's escapes, as a promise has them.
    Text(String),
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, String> {
    let mut tokens = vec![];
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if rest.starts_with('"') {
            let mut quoted = Deserializer::from_str(rest).into_iter::<String>();
            let text = quoted.next().transpose().ok().flatten().ok_or_else(|| {
                format!("`{rest}` is not a text in double quotes; within it write `\\\"` and `\\\\`")
            })?;
            tokens.push(Token::Text(text));
            rest = &rest[quoted.byte_offset()..];
        } else {
            let end = rest.find([' ', '\t', '"']).unwrap_or(rest.len());
            tokens.push(Token::Word(&rest[..end]));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

fn number(word: &str) -> Result<usize, String> {
    word.parse().map_err(|_| format!("`{word}` is not a number"))
}

fn end(tokens: &[Token<'_>]) -> Result<End, String> {
    let words: Vec<&str> = tokens
        .iter()
        .map(|token| match token {
            Token::Word(word) => *word,
            Token::Text(text) => text,
        })
        .collect();
    let text = words.join(" ");
    let written = match words[..] {
        ["running"] => End::Deadline.to_string(),
        [signal] => format!("signal {signal}"),
        _ => text.clone(),
    };
    written
        .parse()
        .map_err(|_| format!("`{text}` is not an end: write `exit code 1`, `SIGKILL` or `running`"))
}

fn birth(word: &str) -> Result<Birth, String> {
    match word {
        "clone" => Ok(Birth::Clone),
        "fork" => Ok(Birth::Fork),
        "vfork" => Ok(Birth::Vfork),
        _ => Err(format!("a process is started by `clone`, `fork` or `vfork`, not by `{word}`")),
    }
}

fn unknown(text: &str) -> String {
    let verb = |form: &'static str| form.split([' ', '"']).next().unwrap_or(form);
    let written = text.split([' ', '"']).next().unwrap_or(text);
    let near = nearest(written, FORMS.map(verb)).unwrap_or("prints");
    let forms: Vec<String> =
        FORMS.iter().filter(|form| verb(form) == near).map(|form| format!("`{form}`")).collect();
    format!("`{text}` is not a fact; the nearest is {}", forms.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(text: &str) -> Claim {
        let fact = Fact::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert!(!fact.negated, "{text}");
        fact.claim
    }

    #[test]
    fn every_form_is_read() {
        use Printed::*;
        let text = || "LINE".to_owned();
        let cases = [
            (FORMS[0], Prints(text(), None)),
            (FORMS[1], Prints(text(), Some(2))),
            (FORMS[2], Lines(3)),
            (FORMS[3], First(text())),
            (FORMS[4], Last(text())),
            (FORMS[5], Before(text(), text())),
            (FORMS[6], Unordered(text(), text())),
            ("ends exit code 1", Ends(End::Exit(1))),
            ("ends SIGKILL", Ends(End::Signal(9))),
            ("ends signal SIGKILL", Ends(End::Signal(9))),
            ("ends running", Ends(End::Deadline)),
            ("may end SIGTERM", MayEnd(End::Signal(15))),
            (FORMS[22], Guaranteed),
        ];
        for (written, expected) in cases {
            assert_eq!(claim(written), Claim::Printed(expected), "{written}");
        }
        let name = || "NAME".to_owned();
        let cases = [
            (FORMS[9], Ran::Processes(3)),
            ("process \"NAME\" ended exit code 0", Ran::Ended(name(), End::Exit(0))),
            ("process \"NAME\" ended running", Ran::Ended(name(), End::Deadline)),
            (FORMS[11], Ran::Parent(name(), name())),
            (FORMS[12], Ran::Collected(name(), name())),
            (FORMS[13], Ran::NeverCollected(name())),
            (FORMS[14], Ran::Orphan(name())),
            (FORMS[15], Ran::Executed(name())),
            ("started \"NAME\" by clone", Ran::Started(name(), Birth::Clone)),
            ("started \"NAME\" by fork", Ran::Started(name(), Birth::Fork)),
            ("started \"NAME\" by vfork", Ran::Started(name(), Birth::Vfork)),
            (FORMS[17], Ran::Printed("LINE".into(), name())),
            (FORMS[18], Ran::Orders(2)),
        ];
        for (written, expected) in cases {
            assert_eq!(claim(written), Claim::Ran(expected), "{written}");
        }
        let cases = [
            (FORMS[19], Refused::AtAll),
            (FORMS[20], Refused::With("CODE".into())),
            (FORMS[21], Refused::At(5)),
        ];
        for (written, expected) in cases {
            assert_eq!(claim(written), Claim::Refused(expected), "{written}");
        }
    }

    #[test]
    fn not_negates_whatever_follows() {
        let fact = Fact::parse(" not  last \"a\" ").expect("a fact");
        assert_eq!(fact, Fact { negated: true, claim: claim("last \"a\"") });
    }

    #[test]
    fn a_line_may_hold_quotes_backslashes_and_words_of_facts() {
        for line in ["the error \"no answer\"", r"C:\\users", "not last", " two  blanks ", "é --> π", ""] {
            let written = format!("before {} \"b\"", serde_json::to_string(line).expect("JSON"));
            assert_eq!(claim(&written), Claim::Printed(Printed::Before(line.into(), "b".into())));
        }
    }

    #[test]
    fn what_is_no_fact_is_refused_and_the_nearest_is_named() {
        for (written, parts) in [
            ("pritns \"a\"", "the nearest is `prints \"LINE\"` or `prints \"LINE\" 2 times`"),
            ("last", "the nearest is `last \"LINE\"`"),
            ("last a", "the nearest is `last \"LINE\"`"),
            ("before \"a\"", "the nearest is `before \"LINE\" \"LINE\"`"),
            ("collected \"a\"", "the nearest is `collected \"NAME\" by \"NAME\"`"),
            ("last \"a\" \"b\"", "the nearest is `last \"LINE\"`"),
            ("order 2", "the nearest is `orders 2`"),
            ("", "is not a fact"),
            ("not", "is not a fact"),
            ("last \"a", "is not a text in double quotes"),
            ("lines three", "`three` is not a number"),
            ("lines -1", "`-1` is not a number"),
            ("ends", "`` is not an end"),
            ("ends SIGNONE", "write `exit code 1`, `SIGKILL` or `running`"),
            ("may end exit", "`exit` is not an end"),
            ("refused E0373", "`refused` or `refused \"CODE\"` or `refused at line 5`"),
            ("refused at line five", "`five` is not a number"),
            ("started \"a\" by spawn", "by `clone`, `fork` or `vfork`, not by `spawn`"),
        ] {
            let mistake = Fact::parse(written).expect_err(written);
            assert!(mistake.contains(parts), "{written}: {mistake}");
        }
    }
}
