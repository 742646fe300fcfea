//! Cases that are measured together, interleaved, and written to files of their own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use crate::goal::{Goal, Reached};
use crate::samples::{Case, Measured, measure, quartiles};
use crate::unit::{Unit, ratio};

/// A group and what becomes of it.
pub(crate) struct Group {
    /// Its name on the command line and in `results`.
    pub(crate) name: &'static str,
    /// What stands above the cases and above the ratios. Without the latter there is no such column.
    pub(crate) heads: (&'static str, Option<&'static str>),
    pub(crate) unit: Unit,
    /// How many rounds it takes where the command line says nothing else.
    pub(crate) rounds: usize,
    pub(crate) cases: fn() -> anyhow::Result<Vec<Case>>,
    pub(crate) goals: fn() -> Vec<Goal>,
    /// What a reader of the table has to know.
    pub(crate) note: fn() -> anyhow::Result<String>,
    /// A page that shows the table and stands outside the book, which includes it; by its path from this package.
    pub(crate) page: Option<&'static str>,
}

#[derive(Serialize)]
struct File<'a> {
    machine: &'a str,
    #[serde(flatten)]
    measured: &'a Measured,
    goals: Vec<Reached>,
}

fn results() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("results")
}

impl Group {
    /// Measures, and writes all samples as JSON, and the medians as a table for a page.
    pub(crate) fn run(&self, rounds: usize, machine: &str) -> anyhow::Result<()> {
        let (mut cases, goals) = ((self.cases)()?, (self.goals)());
        let named =
            cases.iter().filter_map(|case| case.base.as_ref()).chain(goals.iter().flat_map(Goal::names));
        for name in named {
            ensure!(cases.iter().any(|case| case.name == *name), "{}: there is no case {name:?}", self.name);
        }
        let measured = measure(&mut cases, self.unit, rounds)?;
        let goals: Vec<Reached> =
            goals.iter().map(|goal| goal.reached(&measured)).collect::<Result<_, _>>()?;
        let goals_reached: String = goals.iter().map(Reached::row).collect();
        let json = serde_json::to_string(&File { machine, measured: &measured, goals })?;
        fs::create_dir_all(results())?;
        fs::write(results().join(self.name).with_extension("json"), json + "\n")?;
        let table = self.table(&measured)?;
        let text = table.clone() + &self.explain(rounds, machine)?;
        fs::write(results().join(self.name).with_extension("md"), &text)?;
        println!("{text}");
        if !goals_reached.is_empty() {
            println!("{}{goals_reached}", Reached::HEAD);
        }
        if let Some(page) = self.page {
            let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
            let put = put_table(
                &fs::read_to_string(&page)?,
                self.name,
                &format!("{table}\nMachine: {machine}.\n"),
            )?;
            fs::write(page, put)?;
        }
        Ok(())
    }

    fn table(&self, measured: &Measured) -> anyhow::Result<String> {
        let (cases, ratios) = self.heads;
        let mut text = match ratios {
            Some(ratios) => format!("| {cases} | median | middle half | {ratios} |\n|---|--:|--:|--:|\n"),
            None => format!("| {cases} | median | middle half |\n|---|--:|--:|\n"),
        };
        for case in &measured.cases {
            let [low, median, high] = quartiles(&case.samples).map(|value| self.unit.show(value));
            text += &format!("| {} | {median} | {low} to {high} |", case.name);
            if ratios.is_some() {
                let shown = match &case.base {
                    Some(base) => ratio(quartiles(&measured.ratios(&case.name, base)?)[1]),
                    None => String::new(),
                };
                text += &format!(" {shown} |");
            }
            text += "\n";
        }
        Ok(text)
    }

    fn explain(&self, rounds: usize, machine: &str) -> anyhow::Result<String> {
        let ratios = match self.heads.1 {
            Some(_) => "; the last column is the median of the ratios within a round",
            None => "",
        };
        let note = (self.note)()?;
        Ok(format!(
            "\nMedians of {rounds} rounds, one sample of each case a round, in turn{ratios}. Machine: {machine}. To repeat \
             it: `cargo run --release -p benchmarks -- {}`.\n{}{note}",
            self.name,
            if note.is_empty() { "" } else { "\n" },
        ))
    }
}

/// The page with the table between the comments that name it, in place of what stands there.
fn put_table(page: &str, name: &str, table: &str) -> anyhow::Result<String> {
    let (begin, end) = (format!("<!-- {name}: measured -->\n"), format!("<!-- {name}: end -->\n"));
    let (before, rest) = page.split_once(&begin).with_context(|| format!("the page has no {begin:?}"))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("the page has no {end:?}"))?;
    Ok(format!("{before}{begin}\n{table}\n{end}{after}"))
}

/// Writes what has come of the goals of all groups, each as its last run left it.
pub(crate) fn write_goals(groups: &[Group]) -> anyhow::Result<()> {
    #[derive(Deserialize)]
    struct File {
        machine: String,
        rounds: usize,
        goals: Vec<Reached>,
    }
    let mut text = "What the library is to reach, and what it has reached. A quotient is the median of the quotients within a round.\n".to_owned();
    for group in groups {
        let path = results().join(group.name).with_extension("json");
        let Ok(json) = fs::read_to_string(&path) else { continue };
        let file: File = serde_json::from_str(&json).with_context(|| path.display().to_string())?;
        if file.goals.is_empty() {
            continue;
        }
        text += &format!("\n### {}\n\n{}", group.heads.0, Reached::HEAD);
        text.extend(file.goals.iter().map(Reached::row));
        text += &format!("\n`{}`, {} rounds on: {}.\n", group.name, file.rounds, file.machine);
    }
    Ok(fs::write(results().join("goals.md"), text)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::tests::measured;

    #[test]
    fn a_table_has_a_row_for_each_case() {
        let group = Group {
            name: "tested",
            heads: ("What", Some("times one")),
            unit: Unit::Microseconds,
            rounds: 1,
            cases: || Ok(Vec::new()),
            goals: Vec::new,
            note: || Ok(String::new()),
            page: None,
        };
        let table = group.table(&measured(&[("one", &[1.0, 100.0, 1.0]), ("two", &[2.0, 200.0, 2000.0])]));
        assert_eq!(
            table.expect("the base is there"),
            "| What | median | middle half | times one |\n|---|--:|--:|--:|\n\
             | one | 1.0 µs | 1.0 µs to 1.0 µs | 1.00 |\n| two | 200 µs | 2.0 µs to 200 µs | 2.0 |\n"
        );
    }
    #[test]
    fn a_table_is_put_between_its_comments() {
        let page = "Before.\n<!-- one: measured -->\nold\n<!-- one: end -->\nAfter.\n";
        let put = put_table(page, "one", "| new |\n").expect("the comments are there");
        assert_eq!(put, "Before.\n<!-- one: measured -->\n\n| new |\n\n<!-- one: end -->\nAfter.\n");
        assert_eq!(put_table(&put, "one", "| new |\n").expect("they are there still"), put);
        assert!(put_table(page, "two", "").is_err());
    }
}
