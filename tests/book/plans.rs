//! Plans add up, are shown, and are made of the pages' own minutes; the notes for the instructor are whole, and collected.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use book::page::directive::{self, Directive, Kind, Line};
use book::teach::exercise::CHAPTERS;
use book::teach::note::{self, Note};
use book::teach::plan::names;

use crate::exercises::{HOME, with_an_exercise};
use crate::listings::unresolved;
use crate::scratch::{Scratch, files};
use crate::{assert_none, assert_one, this_book};

const PLAN: &str = "workshop/plans/morning.json";
const PLANS: &str = "src/plans.md";
const NOTE: &str = "<aside class=\"instructor\">\n\n**For the instructor:** 50 minutes, 20 of them for the first exercise. Draw\n[a box](#exercises). Ask. People get stuck.\n\n- 18 min: [Waiting](#waiting)\n- 12 min, 5 when late: [Zombies](#zombies)\n\n</aside>\n";

/// The parts that have pages and no chapters.
const PARTS_WITHOUT_CHAPTERS: [&str; 6] =
    ["asynchronous", "threads", "locks", "synchronization", "sharing", "pool"];

/// What a note has to say, and the words by which one sees that it does.
const SAYS: [(&str, &[&str]); 5] = [
    ("what to draw", &["Draw ", "draw "]),
    ("what to ask", &["Ask ", "ask ", "Ask. "]),
    ("where people get stuck", &["get stuck"]),
    ("how long its sections take", &["- "]),
    ("what can be cut when late", &[" when late: "]),
];

/// Plans that no page shows.
fn unshown(root: &Path) -> Vec<String> {
    let pages: Vec<String> = files(&root.join("src"), ".md")
        .iter()
        .map(|file| fs::read_to_string(file).expect("a page"))
        .collect();
    let shows = |name: &str, line: &str| matches!(directive::read(line), Ok(Line::Directive(Directive { kind: Kind::Plan, id, .. })) if id == name);
    names(root)
        .into_iter()
        .filter(|name| !pages.iter().any(|page| page.lines().any(|line| shows(name, line))))
        .map(|name| format!("no page shows the plan `{name}`"))
        .collect()
}

/// Chapters whose note is missing, or does not say all that an instructor needs. The note of a chapter is those of its pages.
fn silent(root: &Path) -> Vec<String> {
    let mut problems = vec![];
    for chapter in chapters(root) {
        let (first, mut said) = (&chapter[0].0, String::new());
        for (name, text) in &chapter {
            match note::read(text) {
                Ok(Some(Note { text, .. })) => said += &(text + " "),
                Ok(None) => {}
                Err((line, message)) => problems.push(format!("{name}:{line}: {message}")),
            }
        }
        if said.is_empty() {
            problems.push(format!("{first} has no note for the instructor"));
            continue;
        }
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ") + " ";
        let missing = SAYS.iter().filter(|(_, words)| !words.iter().any(|word| said.contains(word)));
        problems.extend(missing.map(|(what, _)| format!("{first}: the note does not say {what}")));
    }
    problems
}

/// The chapters of the parts that are taught: the pages of each, and their texts. A chapter is a page, or a folder of them. A part
/// without chapters is one.
pub(crate) fn chapters(root: &Path) -> Vec<Vec<(String, String)>> {
    let mut chapters: BTreeMap<PathBuf, Vec<(String, String)>> = BTreeMap::new();
    let part = root.join("src").join(CHAPTERS);
    for file in files(&part, ".md").into_iter().filter(|file| *file != part.join("README.md")) {
        let name = file.strip_prefix(root).expect("a page of the book").display().to_string();
        let folder = file.parent().filter(|folder| *folder != part).unwrap_or(&file).to_owned();
        chapters.entry(folder).or_default().push((name, fs::read_to_string(&file).expect("a page")));
    }
    for part in PARTS_WITHOUT_CHAPTERS {
        let folder = root.join("src").join(part);
        for file in files(&folder, ".md") {
            let name = file.strip_prefix(root).expect("a page of the book").display().to_string();
            chapters
                .entry(folder.clone())
                .or_default()
                .push((name, fs::read_to_string(&file).expect("a page")));
        }
    }
    chapters.into_values().collect()
}

/// A book with a plan of one page, which takes 50 minutes, and a page of notes.
fn with_a_plan() -> Scratch {
    let scratch = with_an_exercise();
    scratch.write(
        HOME,
        &format!(
            "# Waiting\n\n{NOTE}\n## Zombies\n\nGone.\n\n## Exercises\n\n{{{{#exercise leaves_zombies}}}}\n"
        ),
    );
    scratch.append("src/SUMMARY.md", "- [Plans](plans.md)\n- [Notes](workshop/notes.md)\n");
    scratch.write(PLANS, "# Plans\n\nThere is one.\n\n{{#plan morning}}\n");
    scratch
        .write("src/workshop/notes.md", "# Notes\n\nAll.\n\n{{#notes process-based-parallelism/waiting}}\n");
    scratch.write(
        PLAN,
        r#"{"title": "A morning", "says": "Short.", "days": [{"begins": "9:00", "ends": "10:10", "stations": [
            {"other": ["Opening", 5]}, {"halved": ["process-based-parallelism/waiting/check-yourself", 15]}]}]}"#,
    );
    scratch
}

/// What a reader of this page gets, in Markdown.
fn page(scratch: &Scratch, name: &str) -> String {
    let site = scratch.path("site");
    book::build::write_site(scratch.root(), &site).expect("a site");
    fs::read_to_string(site.join(name)).expect("a page")
}

#[test]
fn every_plan_is_shown_and_every_note_is_whole() {
    assert_none(&unshown(this_book()));
    assert_none(&silent(this_book()));
    let scratch = with_a_plan();
    assert_none(&unresolved(scratch.root()));
    assert_none(&unshown(scratch.root()));
    assert_none(&silent(scratch.root()));
}

#[test]
fn a_plan_is_a_timetable_of_the_pages_minutes() {
    let scratch = with_a_plan();
    let plans = page(&scratch, "plans.html");
    let rows = |text: &str| {
        let row = |row: &str| {
            let cells = row.split("<td").skip(1).filter_map(|cell| cell.split_once('>'));
            cells.map(|(_, text)| text.replace("</td>", "")).collect::<Vec<_>>().join("|")
        };
        text.split("<tr").map(row).collect::<Vec<_>>().join("")
    };
    for part in [
        "9:00–9:05|Opening, 5 minutes|||",
        "9:05–9:35|<a href=\"process-based-parallelism/waiting/check-yourself.html\">Waiting</a>|30|23|",
        "9:35–9:50|<em>Break, 15 minutes</em>|||",
        "9:50–10:10|Exercise: <a href=\"process-based-parallelism/waiting/check-yourself.html#exercise-leaves_zombies\">A title</a> <code>leaves_zombies</code>|||20",
        "|<strong>End</strong>|<strong>30</strong>|<strong>23</strong>|<strong>20</strong>",
    ] {
        assert!(rows(&plans).contains(part), "{part} is not in\n{}", rows(&plans));
    }
    for part in [
        "<h2 id=\"plan-morning\">",
        "<p>Short.</p>",
        "1 h 10 min in all. Until 10:10 nothing is in reserve, and 7 min of teaching can be cut.",
    ] {
        assert!(plans.contains(part), "{part} is not in\n{plans}");
    }
    // The note is what counts.
    scratch.edit(HOME, "50 minutes", "45 minutes");
    scratch.edit(HOME, "- 18 min", "- 13 min");
    let plans = page(&scratch, "plans.html");
    for part in ["9:05–9:30|", "9:30–9:45|", "9:45–10:05|"] {
        assert!(rows(&plans).contains(part), "{part} is not in\n{}", rows(&plans));
    }
    assert!(plans.contains("Until 10:10 5 min are in reserve, and 7 min of teaching can be cut."));
}

#[test]
fn a_plan_that_does_not_hold_is_found() {
    for (from, to, problem) in [
        (
            "10:10",
            "10:00",
            "the plan `morning` does not add up: it runs until 10:10, 10 min longer than until 10:00",
        ),
        ("10:10", "10:50", "a gap of 40 min"),
        (
            "parallelism/waiting/check-yourself",
            "parallelism/wating",
            "the nearest that has is `process-based-parallelism/waiting/check-yourself`",
        ),
        ("\"begins\": \"9:00\"", "\"begins\": \"9\"", "`9` is not a time such as `9:00`"),
        ("\"halved\"", "\"haved\"", "unknown variant `haved`"),
    ] {
        let scratch = with_a_plan();
        scratch.edit(PLAN, from, to);
        assert_one(&unresolved(scratch.root()), &[&format!("{PLANS}:5: "), problem]);
    }
    let scratch = with_a_plan();
    scratch.edit(HOME, "50 minutes", "60 minutes");
    scratch.edit(HOME, "- 18 min", "- 28 min");
    assert_one(&unresolved(scratch.root()), &[&format!("{PLANS}:5: "), "it runs until 10:20"]);
    let scratch = with_a_plan();
    scratch.edit(PLANS, "morning", "mornign");
    assert_one(&unresolved(scratch.root()), &["there is no plan `mornign`; the nearest is `morning`"]);
    assert_one(&unshown(scratch.root()), &["no page shows the plan `morning`"]);
}

#[test]
fn notes_are_collected_with_the_exercises_and_their_links() {
    let notes = page(&with_a_plan(), "workshop/notes.html");
    let parts = [
        "<h2 id=\"notes-check-yourself\">",
        "<a href=\"../process-based-parallelism/waiting/check-yourself.html\">The page</a>: 50 minutes, 20 of them for the first exercise. When late, 7 minutes can be cut.",
        "Draw\n<a href=\"../process-based-parallelism/waiting/check-yourself.html#exercises\">a box</a>.",
        "<h3 id=\"notes-leaves_zombies\">",
        "<a href=\"../process-based-parallelism/waiting/check-yourself.html#exercise-leaves_zombies\">The exercise</a>: 20 minutes.",
        "Why, <a href=\"../part/page.html\">there</a>.",
    ];
    let places: Vec<_> = parts.iter().map(|part| notes.find(part)).collect();
    assert!(places.is_sorted() && places[0].is_some(), "{parts:#?} are at {places:?} of\n{notes}");
}

#[test]
fn a_note_that_says_too_little_is_found() {
    for (from, to, problem) in [
        ("Draw\n", "See\n", "what to draw"),
        (" Ask.", "", "what to ask"),
        ("get stuck", "are fine", "where people get stuck"),
        (", 5 when late", "", "what can be cut when late"),
    ] {
        let scratch = with_a_plan();
        scratch.edit(HOME, from, to);
        assert_one(&silent(scratch.root()), &[&format!("{HOME}: the note does not say {problem}")]);
    }
    let scratch = with_a_plan();
    scratch.edit(HOME, NOTE, "");
    assert_one(&silent(scratch.root()), &[&format!("{HOME} has no note")]);
}

#[test]
fn minutes_that_contradict_the_exercise_are_found() {
    let scratch = with_a_plan();
    scratch.remove(PLAN);
    scratch.write(PLANS, "# Plans\n");
    scratch.edit(HOME, "50 minutes, 20 of them", "45 minutes, 15 of them");
    let problem = "the first exercise, `leaves_zombies`, takes 20 minutes; the note has to say `20 of them";
    assert_one(&unresolved(scratch.root()), &[&format!("{HOME}:5: "), problem]);
    scratch.edit(HOME, "45 minutes, 15 of them for the first exercise.", "30 minutes, no exercise.");
    assert_one(&unresolved(scratch.root()), &[&format!("{HOME}:5: "), problem]);
    scratch.edit(HOME, "30 minutes, no exercise.", "An hour.");
    let problems = unresolved(scratch.root());
    assert!(problems[0].contains(&format!("{HOME}:5: a note begins")), "{problems:#?}");
}

#[test]
fn a_folder_without_notes_is_found() {
    let scratch = with_a_plan();
    scratch.edit("src/workshop/notes.md", "process-based", "procces-based");
    let problem = "the nearest is `process-based-parallelism/waiting`";
    assert_one(&unresolved(scratch.root()), &["src/workshop/notes.md:5: ", problem]);
}

#[test]
fn the_notes_of_one_page_are_shown_by_its_path() {
    let scratch = with_a_plan();
    scratch.edit("src/workshop/notes.md", "parallelism/waiting", "parallelism/waiting/check-yourself");
    assert_eq!(page(&scratch, "workshop/notes.html").matches("<h2 id=\"notes-").count(), 1);
}

#[test]
fn a_note_that_does_not_add_up_is_found() {
    for (from, to, line, problem) in [
        ("- 18 min", "- 17 min", 5, "its sections take 29 minutes, and 30 are for them"),
        ("[Zombies]", "[Zombie]", 9, "no section `Zombie` comes here"),
    ] {
        let scratch = with_a_plan();
        scratch.remove(PLAN);
        scratch.write(PLANS, "# Plans\n");
        scratch.write("src/workshop/notes.md", "# Notes\n");
        scratch.edit(HOME, from, to);
        assert_one(&unresolved(scratch.root()), &[&format!("{HOME}:{line}: "), problem]);
    }
}
