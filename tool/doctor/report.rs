//! All answers, as text for people and as JSON for programs.
//!
//! | JSON | meaning |
//! |---|---|
//! | `schema` | [`SCHEMA`] |
//! | `ready` | whether nothing is missing that is needed; the exit code is 0 then, and 1 else |
//! | `machine` | `kernel`, `library` (the C library), `distribution`: what it is, in words; `place`: `in a container`, `in WSL 2`, or `null` |
//! | `checks` | every question, in this order |
//! | `checks[].name` | what was looked at |
//! | `checks[].for` | what it matters for, in words |
//! | `checks[].status` | `ok`; `missing`, and needed; `limited`: missing, and only one thing does not work without it |
//! | `checks[].found` | what was found |
//! | `checks[].without` | what happens where it is missing |
//! | `checks[].fix` | what to do about it, or `null` |

use std::fs;

use console::Style;
use nix::sys::utsname::uname;
use serde::Serialize;

use crate::doctor::check::{Check, Status};
use crate::doctor::place::Place;
use crate::doctor::sys;
use crate::doctor::task::Task;

/// The schema of the JSON.
pub const SCHEMA: u32 = 1;

/// What the machine is.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    kernel: String,
    library: String,
    distribution: String,
    place: Option<&'static str>,
}

impl Machine {
    /// The machine that this runs on.
    pub fn this(place: Place) -> Machine {
        let name = |text: &std::ffi::OsStr| text.to_string_lossy().into_owned();
        let kernel = uname().map_or("an unknown kernel".into(), |system| {
            format!("{} {} on {}", name(system.sysname()), name(system.release()), name(system.machine()))
        });
        let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
        let pretty = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
        let distribution = pretty.map_or("an unknown distribution", |name| name.trim_matches(['"', '\'']));
        Machine {
            kernel,
            library: sys::c_library(),
            distribution: distribution.to_owned(),
            place: place.words(),
        }
    }
}

/// Every answer of one examination.
#[derive(Clone, Debug)]
pub struct Report {
    machine: Machine,
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Json<'a> {
    schema: u32,
    ready: bool,
    machine: &'a Machine,
    checks: Vec<JsonCheck<'a>>,
}

#[derive(Serialize)]
struct JsonCheck<'a> {
    name: &'a str,
    #[serde(rename = "for")]
    task: &'a str,
    status: Status,
    found: &'a str,
    without: &'a str,
    fix: Option<&'a str>,
}

impl<'a> From<&'a Check> for JsonCheck<'a> {
    fn from(check: &'a Check) -> JsonCheck<'a> {
        JsonCheck {
            name: check.name,
            task: check.task.heading(),
            status: check.status(),
            found: &check.found,
            without: check.task.without(),
            fix: check.fix.as_deref(),
        }
    }
}

impl Report {
    /// These answers, put in order of what they matter for.
    pub fn new(machine: Machine, mut checks: Vec<Check>) -> Report {
        checks.sort_by_key(|check| check.task);
        Report { machine, checks }
    }

    /// Whether nothing is missing that is needed.
    pub fn is_ready(&self) -> bool {
        self.count(Status::Missing) == 0
    }

    /// Whether it can be seen what a participant's program does.
    fn checks_exercises(&self) -> bool {
        !self.checks.iter().any(|check| check.task == Task::Timelines && check.status() != Status::Ok)
    }

    fn count(&self, status: Status) -> usize {
        self.checks.iter().filter(|check| check.status() == status).count()
    }

    /// The JSON described above, indented.
    pub fn json(&self) -> String {
        let checks = self.checks.iter().map(JsonCheck::from).collect();
        let json = Json { schema: SCHEMA, ready: self.is_ready(), machine: &self.machine, checks };
        serde_json::to_string_pretty(&json).expect("strings and numbers are always JSON") + "\n"
    }

    /// Text, one line for each answer, and more for one that is not well.
    pub fn text(&self, colored: bool) -> String {
        let Machine { kernel, library, distribution, place } = &self.machine;
        let place = place.map(|place| format!(", {place}")).unwrap_or_default();
        let mut text = format!("{kernel}, {library}, {distribution}{place}\n");
        let mut task: Option<Task> = None;
        for check in &self.checks {
            if task != Some(check.task) {
                task = Some(check.task);
                text += &format!("\n{}\n", paint(check.task.heading(), Style::new().bold(), colored));
            }
            text += &line(check, colored);
        }
        text + &self.summary(colored)
    }

    fn summary(&self, colored: bool) -> String {
        let (missing, limited) = (self.count(Status::Missing), self.count(Status::Limited));
        let words = match (missing, limited) {
            (0, 0) => "all is well: everything the book does works here".to_owned(),
            (0, limited) if self.checks_exercises() => {
                format!("ready, with limits: {limited} missing, none of it needed")
            }
            (0, limited) => {
                format!("ready for the book, not for the exercises of the workshop: {limited} missing")
            }
            (missing, 0) => format!("not ready: {missing} missing, and needed"),
            (missing, limited) => {
                format!(
                    "not ready: {missing} missing, and needed; {limited} more missing that can be done without"
                )
            }
        };
        let worst = match (missing, limited) {
            (0, 0) => Status::Ok,
            (0, _) => Status::Limited,
            _ => Status::Missing,
        };
        format!("\n{}\n", paint(&words, style(worst), colored))
    }
}

fn line(check: &Check, colored: bool) -> String {
    let status = check.status();
    let word = match status {
        Status::Ok => "ok",
        Status::Missing => "MISSING",
        Status::Limited => "limited",
    };
    let word = paint(&format!("{word:8}"), style(status), colored);
    let mut text = format!("  {word}{:21}{}\n", check.name, check.found);
    if let Some(fix) = &check.fix {
        text += &format!("          {:21}{}\n", "  without it", check.task.without());
        text += &format!("          {:21}{fix}\n", "  to fix it");
    }
    text
}

fn style(status: Status) -> Style {
    match status {
        Status::Ok => Style::new().green(),
        Status::Missing => Style::new().red().bold(),
        Status::Limited => Style::new().yellow(),
    }
}

fn paint(text: &str, style: Style, colored: bool) -> String {
    style.force_styling(colored).apply_to(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Trouble;

    fn report(answers: &[(Task, bool)]) -> Report {
        let machine =
            Machine { kernel: "K".into(), library: "L".into(), distribution: "D".into(), place: None };
        let answer = |well| if well { Ok("there".to_owned()) } else { Err(Trouble::new("gone", "`get it`")) };
        Report::new(
            machine,
            answers.iter().map(|&(task, well)| Check::new("thing", task, answer(well))).collect(),
        )
    }

    #[test]
    fn what_is_needed_decides() {
        for (answers, ready) in [
            (vec![(Task::Run, true), (Task::Twins, true)], true),
            (vec![(Task::Run, true), (Task::Twins, false)], true),
            (vec![(Task::Build, false), (Task::Twins, true)], false),
        ] {
            assert_eq!(report(&answers).is_ready(), ready, "{answers:?}");
        }
    }

    #[test]
    fn a_machine_that_can_check_no_exercise_is_not_called_ready_for_the_workshop() {
        let verdict =
            |answers: &[(Task, bool)]| report(answers).text(false).lines().last().expect("a line").to_owned();
        assert_eq!(verdict(&[(Task::Run, true)]), "all is well: everything the book does works here");
        assert_eq!(verdict(&[(Task::Twins, false)]), "ready, with limits: 1 missing, none of it needed");
        assert_eq!(
            verdict(&[(Task::Timelines, false), (Task::Twins, false)]),
            "ready for the book, not for the exercises of the workshop: 2 missing"
        );
    }

    #[test]
    fn every_answer_says_what_was_found_and_a_bad_one_what_to_do() {
        let answers = [(Task::Twins, true), (Task::Run, false), (Task::Twins, false), (Task::Run, true)];
        insta::assert_snapshot!(report(&answers).text(false), @r"
        K, L, D

        to run listings
          MISSING thing                gone
                    without it         listings do not run, or fail in ways that the book does not show
                    to fix it          `get it`
          ok      thing                there

        only for the Python twins
          ok      thing                there
          limited thing                gone
                    without it         only the Python twins do not run, and their tests say so
                    to fix it          `get it`

        not ready: 1 missing, and needed; 1 more missing that can be done without
        ");
        insta::assert_snapshot!(report(&answers[..2]).json(), @r#"
        {
          "schema": 1,
          "ready": false,
          "machine": {
            "kernel": "K",
            "library": "L",
            "distribution": "D",
            "place": null
          },
          "checks": [
            {
              "name": "thing",
              "for": "to run listings",
              "status": "missing",
              "found": "gone",
              "without": "listings do not run, or fail in ways that the book does not show",
              "fix": "`get it`"
            },
            {
              "name": "thing",
              "for": "only for the Python twins",
              "status": "ok",
              "found": "there",
              "without": "only the Python twins do not run, and their tests say so",
              "fix": null
            }
          ]
        }
        "#);
    }

    #[test]
    fn colors_come_only_when_asked_for() {
        let report = report(&[(Task::Run, false)]);
        assert!(!report.text(false).contains('\x1b'));
        assert!(report.text(true).contains("\x1b[31m"));
    }
}
