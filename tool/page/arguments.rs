//! The arguments that a listing takes, as it declares them itself, in comments like these:
//!
//! ```text
//! // ARGUMENT: seconds: 1..=20 = 1
//! // ARGUMENT: method: spawn | fork = spawn
//! ```
//!
//! Each is a name, what may be chosen (a range of whole numbers, or words), and what the listing takes if it is given nothing.
//! In a program they come in this order. Nothing else can be chosen on a page.

use std::ffi::OsString;

use serde::Serialize;

/// What begins a declaration, in a comment of its own line.
const MARK: &str = "ARGUMENT:";

/// One argument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Argument {
    /// What it is.
    pub name: String,
    /// What may be chosen.
    #[serde(flatten)]
    pub choice: Choice,
}

/// What may be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Choice {
    /// A whole number.
    Number {
        /// From here.
        least: i64,
        /// To here.
        most: i64,
        /// Where nothing is chosen.
        usual: i64,
    },
    /// A word.
    Word {
        /// One of these.
        words: Vec<String>,
        /// Where nothing is chosen.
        usual: String,
    },
}

/// The arguments that a program's text declares.
///
/// # Errors
///
/// A sentence for the author, when a declaration cannot be understood.
pub fn declared(text: &str) -> Result<Vec<Argument>, String> {
    let lines = text.lines().map(str::trim);
    let comments = lines.filter_map(|line| line.strip_prefix("//").or_else(|| line.strip_prefix('#')));
    let declarations = comments.filter_map(|comment| comment.trim().strip_prefix(MARK));
    declarations.map(|text| argument(text.trim())).collect()
}

fn argument(text: &str) -> Result<Argument, String> {
    let wrong = || {
        format!(
            "`{MARK} {text}` is not like `{MARK} seconds: 1..=20 = 1` or `{MARK} method: spawn | fork = spawn`"
        )
    };
    let (name, rest) = text.split_once(':').ok_or_else(wrong)?;
    let (choice, usual) = rest.rsplit_once(" = ").ok_or_else(wrong)?;
    let (name, choice, usual) = (name.trim(), choice.trim(), usual.trim());
    let choice = match choice.split_once("..=") {
        Some((least, most)) => {
            let number = |text: &str| text.parse::<i64>().map_err(|_| wrong());
            Choice::Number { least: number(least)?, most: number(most)?, usual: number(usual)? }
        }
        None => {
            let words = choice.split('|').map(|word| word.trim().to_owned()).collect();
            Choice::Word { words, usual: usual.to_owned() }
        }
    };
    let argument = Argument { name: name.to_owned(), choice };
    let usual = argument.take(usual).map_err(|_| wrong())?;
    (!name.is_empty() && !usual.is_empty()).then_some(argument).ok_or_else(wrong)
}

impl Argument {
    /// What the program is given for what was chosen.
    fn take(&self, given: &str) -> Result<String, String> {
        let refused = || format!("`{}` cannot be that.", self.name);
        match &self.choice {
            Choice::Number { least, most, .. } => {
                let number: i64 = given.parse().map_err(|_| refused())?;
                (*least..=*most).contains(&number).then(|| number.to_string()).ok_or_else(refused)
            }
            Choice::Word { words, .. } => {
                words.iter().find(|word| *word == given).cloned().ok_or_else(refused)
            }
        }
    }

    fn usual(&self) -> String {
        match &self.choice {
            Choice::Number { usual, .. } => usual.to_string(),
            Choice::Word { usual, .. } => usual.clone(),
        }
    }
}

/// What the program is given for what was chosen, by name. Where all is as usual it is given nothing, and is the program that
/// was recorded.
///
/// # Errors
///
/// A sentence, when something was chosen that is not declared.
pub fn chosen(declared: &[Argument], given: &[(String, String)]) -> Result<Vec<OsString>, String> {
    if let Some((name, _)) = given.iter().find(|(name, _)| !declared.iter().any(|one| one.name == *name)) {
        return Err(format!("The listing takes no `{name}`."));
    }
    let mut values = vec![];
    for argument in declared {
        let mut wanted = given.iter().filter(|(name, _)| *name == argument.name);
        values.push(match (wanted.next(), wanted.next()) {
            (None, _) => argument.usual(),
            (Some((_, value)), None) => argument.take(value)?,
            (Some(_), Some(_)) => return Err(format!("`{}` is given twice.", argument.name)),
        });
    }
    let is_usual = declared.iter().zip(&values).all(|(argument, value)| argument.usual() == *value);
    Ok(if is_usual { vec![] } else { values.into_iter().map(OsString::from).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: &str = "use a;\n\n// ARGUMENT: seconds: 1..=20 = 1\n// ARGUMENT: method: spawn | fork = spawn\nfn main() {}\n";

    fn taken(given: &[(&str, &str)]) -> Result<Vec<OsString>, String> {
        let given: Vec<_> =
            given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        chosen(&declared(PROGRAM).expect("declarations"), &given)
    }

    #[test]
    fn a_program_gets_what_was_chosen_in_its_own_order() {
        assert_eq!(taken(&[("method", "fork"), ("seconds", "20")]), Ok(vec!["20".into(), "fork".into()]));
        assert_eq!(taken(&[("method", "fork")]), Ok(vec!["1".into(), "fork".into()]));
    }

    #[test]
    fn as_usual_is_without_arguments() {
        assert_eq!(taken(&[]), Ok(vec![]));
        assert_eq!(taken(&[("seconds", "1"), ("method", "spawn")]), Ok(vec![]));
    }

    #[test]
    fn nothing_else_can_be_chosen() {
        for (name, value) in [
            ("seconds", "0"),
            ("seconds", "21"),
            ("seconds", "-1"),
            ("seconds", "1; rm"),
            ("seconds", "99999999999999999999"),
            ("seconds", ""),
            ("method", "Fork"),
            ("method", "spawn | fork"),
            ("method", ""),
            ("other", "1"),
        ] {
            assert!(taken(&[(name, value)]).is_err(), "{name} {value}");
        }
        assert!(taken(&[("seconds", "2"), ("seconds", "3")]).is_err());
    }

    #[test]
    fn a_declaration_that_contradicts_itself_is_refused() {
        for wrong in [
            "seconds",
            "seconds: 1..=20",
            "seconds: 1..=20 = 0",
            "n: a..=b = a",
            ": 1..=2 = 1",
            "m: a | b = c",
            "m: = ",
        ] {
            let error = declared(&format!("// ARGUMENT: {wrong}\n")).expect_err(wrong);
            assert!(error.contains(wrong.trim()), "{error}");
        }
        assert_eq!(declared("let x = \"ARGUMENT: a\";\n"), Ok(vec![]));
    }
}
