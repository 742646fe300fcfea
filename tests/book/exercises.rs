//! The exercises on the pages are those of the workshop: each is shown, once, on its own page, in the order of the list.

use std::fs;
use std::path::Path;

use book::page::directive::{self, Directive, Kind, Line};
use book::teach::exercise::page;
use book::teach::note;
use workshop::{ALL, Exercise};

use crate::listings::unresolved;
use crate::plans::chapters;
use crate::scratch::{Scratch, files};
use crate::{assert_none, assert_one, this_book};

const EXERCISE: &str = "workshop/exercises/leaves_zombies";
pub(crate) const HOME: &str = "src/process-based-parallelism/waiting/check-yourself.md";
const TEXT: &str = "# A title\n\nMend [it](listing:sample/greet).\n\n## Hint 1\n\nWhat?\n\n## Hint 2\n\nThat.\n\n## Hint 3\n\nSo.\n\n## Solution\n\nWhy, [there](../../part/page.md).\n";

/// Exercises that no page shows, and pages that show theirs in another order than the list has.
fn unshown(root: &Path) -> Vec<String> {
    let shown: Vec<String> = files(&root.join("src"), ".md")
        .into_iter()
        .flat_map(|file| names(&fs::read_to_string(file).expect("a page")))
        .collect();
    let here: Vec<&Exercise> = ALL.iter().filter(|exercise| root.join(exercise.folder()).is_dir()).collect();
    let missing = here.iter().filter(|exercise| !shown.iter().any(|name| name == exercise.name));
    let mut problems: Vec<String> =
        missing.map(|exercise| format!("no page shows the exercise `{}`", exercise.name)).collect();
    for pair in here.windows(2).filter(|pair| pair[0].page == pair[1].page) {
        let [first, second] = [0, 1].map(|at| shown.iter().position(|name| name == pair[at].name));
        if let (Some(first), Some(second)) = (first, second)
            && second < first
        {
            let [first, second] = [0, 1].map(|at| pair[at].name);
            problems.push(format!("{} shows `{second}` before `{first}`", page(pair[0]).display()));
        }
    }
    problems
}

/// How many exercises a chapter has at least, unless its note says that it has none.
const LEAST: usize = 2;

/// Chapters with too few exercises, and exercises that are described on a page, so that nothing checks a solution.
fn too_few(root: &Path) -> Vec<String> {
    let mut problems = vec![];
    for (name, text) in chapters(root).into_iter().flatten() {
        let shown = names(&text).len();
        if note::read(&text).is_ok_and(|note| note.is_some_and(|note| note.first.is_some())) && shown < LEAST
        {
            problems.push(format!("{name} shows {shown} exercises; a chapter has at least {LEAST}"));
        }
        for (line, number) in text.lines().zip(1..) {
            if line.strip_prefix("**").and_then(|rest| rest.split_once(" minutes.**")).is_some() {
                problems.push(format!("{name}:{number}: an exercise that nothing checks"));
            }
        }
    }
    problems
}

/// The exercises that a page shows, in its order.
fn names(text: &str) -> Vec<String> {
    let name = |line| match directive::read(line) {
        Ok(Line::Directive(Directive { kind: Kind::Exercise, id, .. })) => Some(id.to_owned()),
        _ => None,
    };
    text.lines().filter_map(name).collect()
}

/// A book that has one exercise, and a page that shows it.
pub(crate) fn with_an_exercise() -> Scratch {
    let scratch = Scratch::new();
    scratch.append("src/SUMMARY.md", "- [Waiting](process-based-parallelism/waiting/check-yourself.md)\n");
    scratch.write(HOME, "# Waiting\n\n## Exercises\n\n{{#exercise leaves_zombies}}\n");
    scratch.write(&format!("{EXERCISE}/exercise.md"), TEXT);
    scratch.write(&format!("{EXERCISE}/start.rs"), "fn main() {\n    begin();\n}\n");
    scratch.write(&format!("{EXERCISE}/solution.rs"), "fn main() {\n    end();\n}\n");
    scratch
}

#[test]
fn every_exercise_is_on_its_page() {
    assert_none(&unshown(this_book()));
    let scratch = with_an_exercise();
    assert_none(&unresolved(scratch.root()));
    assert_none(&unshown(scratch.root()));
}

#[test]
fn a_chapter_has_two_exercises_and_describes_none() {
    assert_none(&too_few(this_book()));
    let scratch = with_an_exercise();
    assert_none(&too_few(scratch.root()));
    let note = "<aside class=\"instructor\">\n\n**For the instructor:** 30 minutes, 20 of them for the first exercise.\n\n</aside>";
    scratch.append(HOME, &format!("\n{note}\n"));
    assert_one(&too_few(scratch.root()), &[HOME, "shows 1 exercises; a chapter has at least 2"]);
    let scratch = with_an_exercise();
    scratch.append(HOME, "\n**45 minutes.** Write it.\n");
    assert_one(&too_few(scratch.root()), &[&format!("{HOME}:7: an exercise that nothing checks")]);
}

#[test]
fn an_exercise_that_no_page_shows_is_found() {
    let scratch = with_an_exercise();
    scratch.write(HOME, "# Waiting\n\n\\{{#exercise leaves_zombies}}\n");
    assert_one(&unshown(scratch.root()), &["no page shows the exercise `leaves_zombies`"]);
}

#[test]
fn an_exercise_in_a_wrong_place_is_found() {
    let scratch = with_an_exercise();
    scratch.append(HOME, "\n{{#exercise leaves_zombies}}\n");
    assert_one(
        &unresolved(scratch.root()),
        &[&format!("{HOME}:7: "), "`leaves_zombies` is on the page already"],
    );
    let scratch = with_an_exercise();
    scratch.append("src/introduction.md", "\n{{#exercise leaves_zombies}}\n");
    assert_one(&unresolved(scratch.root()), &["src/introduction.md:5: ", &format!("belongs on {HOME}")]);
}

#[test]
fn exercises_in_another_order_than_the_list_are_found() {
    let scratch = with_an_exercise();
    let second = "workshop/exercises/takes_six_graces";
    for file in ["exercise.md", "start.rs", "solution.rs"] {
        let text = fs::read_to_string(scratch.path(&format!("{EXERCISE}/{file}"))).expect("a file");
        scratch.write(&format!("{second}/{file}"), &text);
    }
    scratch.append(HOME, "\n{{#exercise takes_six_graces}}\n");
    assert_none(&unshown(scratch.root()));
    scratch.write(HOME, "# Waiting\n\n{{#exercise takes_six_graces}}\n\n{{#exercise leaves_zombies}}\n");
    assert_one(
        &unshown(scratch.root()),
        &["waiting/check-yourself.md shows `takes_six_graces` before `leaves_zombies`"],
    );
}

#[test]
fn a_wrong_name_is_found() {
    for (line, problem) in [
        (
            "{{#exercise leaves_zombie}}",
            "there is no exercise `leaves_zombie`; the nearest is `leaves_zombies`",
        ),
        ("{{#exercise}}", "takes one id, such as `leaves_zombies`"),
        ("{{#exercise leaves_zombies:main}}", "only a listing has anchors"),
        ("{{#exercies leaves_zombies}}", "the nearest is `{{#exercise …}}`"),
    ] {
        let scratch = with_an_exercise();
        scratch.write(HOME, &format!("# Waiting\n\n{line}\n"));
        assert_one(&unresolved(scratch.root()), &[&format!("{HOME}:3: "), problem]);
    }
}

#[test]
fn a_mistake_in_an_exercise_is_found_in_its_file() {
    for (from, to, line, problem) in [
        ("listing:sample/greet", "listing:sample/gret", 3, "the nearest is `sample/greet`"),
        ("What?", "[What](listing:sample/greet:all)?", 7, "no page shows `sample/greet:all`"),
        ("## Hint 2", "## Hint two", 9, "expected `## Hint 2`, found `## Hint two`"),
        ("Why, [there](../../part/page.md).", "{{#listing sample/greet}}", 19, "holds no directives"),
        ("A title", "[A title](../../part/page.md)", 1, "a title becomes a link"),
        ("So.", "{{#lisitng sample/greet}}", 15, "holds no directives"),
    ] {
        let scratch = with_an_exercise();
        scratch.edit(&format!("{EXERCISE}/exercise.md"), from, to);
        assert_one(&unresolved(scratch.root()), &[&format!("{EXERCISE}/exercise.md:{line}: "), problem]);
    }
    for file in ["exercise.md", "start.rs", "solution.rs"] {
        let scratch = with_an_exercise();
        scratch.remove(&format!("{EXERCISE}/{file}"));
        assert_one(&unresolved(scratch.root()), &[&format!("{HOME}:5: cannot read {EXERCISE}/{file}")]);
    }
}
