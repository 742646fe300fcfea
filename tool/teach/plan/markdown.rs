//! A timetable as a section of a page: what it is for, a table a day, sums, and what is left.

use std::fmt::Write;

use workshop::Exercise;

use crate::page::structure::address;
use crate::teach::exercise;
use crate::teach::note::{Part, Taught};
use crate::teach::plan::timetable::{Counts, Hours, Minutes, Row, Timetable, What};

/// The section. `to_root` leads from the page to the top of the site, `title` gives an exercise's.
pub fn markdown(
    name: &str,
    plan: &Timetable<'_>,
    title: impl Fn(&Exercise) -> String,
    to_root: &str,
) -> String {
    let link = Links { to_root, title: &title };
    let mut text = format!("## {} {{#plan-{name}}}\n\n{}\n\n", plan.spec.title, plan.spec.says);
    for (hours, number) in plan.days.iter().zip(1..) {
        if plan.days.len() > 1 {
            let title = &plan.spec.title;
            let _ = write!(text, "### {title}, day {number} {{#plan-{name}-{number}}}\n\n");
        }
        text += &table(hours, &link);
        text += &sums(hours);
    }
    text + &left(plan, &link)
}

/// Where things are, from the page.
struct Links<'a> {
    to_root: &'a str,
    title: &'a dyn Fn(&Exercise) -> String,
}

impl Links<'_> {
    fn page(&self, taught: &Taught) -> String {
        format!("[{}]({}{})", taught.title, self.to_root, taught.address())
    }

    fn exercise(&self, exercise: &Exercise) -> String {
        let (page, anchor) = (exercise::page(exercise), exercise::anchor(exercise));
        format!("[{}]({}{}#{anchor})", (self.title)(exercise), self.to_root, page.display())
    }
}

fn table(hours: &Hours<'_>, link: &Links<'_>) -> String {
    let mut table = "| When | What | Teaching | When late | Exercise |\n|---|---|--:|--:|--:|\n".to_owned();
    for row in &hours.rows {
        let Row { from, minutes, what } = row;
        let said = match what {
            What::Page(taught) => link.page(taught),
            What::Exercise(exercise) => format!("Exercise: {} `{}`", link.exercise(exercise), exercise.name),
            What::Break => format!("*Break, {minutes} minutes*"),
            What::Lunch => format!("*Lunch, {minutes} minutes*"),
            What::Other(what) => format!("{what}, {minutes} minutes"),
        };
        let in_column = |counts| if what.counts() == counts { minutes.to_string() } else { String::new() };
        let _ = writeln!(
            table,
            "| {from}–{} | {said} | {} | {} | {} |",
            row.to(),
            in_column(Counts::Teaching),
            row.when_late().map(|minutes| minutes.to_string()).unwrap_or_default(),
            in_column(Counts::Exercise)
        );
    }
    let _ = writeln!(
        table,
        "| **{}** | **End** | **{}** | **{}** | **{}** |\n",
        hours.end,
        hours.sum(Counts::Teaching),
        hours.sum(Counts::Teaching) - hours.can_be_cut(),
        hours.sum(Counts::Exercise)
    );
    table
}

fn sums(hours: &Hours<'_>) -> String {
    let sum = |counts| Minutes(hours.sum(counts));
    let reserve = match hours.reserve {
        0 => format!("Until {} nothing is in reserve", hours.until()),
        minutes => format!("Until {} {} are in reserve", hours.until(), Minutes(minutes)),
    };
    let cut = match hours.can_be_cut() {
        0 => String::new(),
        minutes => format!(", and {} of teaching can be cut", Minutes(minutes)),
    };
    format!(
        "Teaching {}, exercises {}, opening and closing {}, breaks {}: {} in all. {reserve}{cut}.\n\n",
        sum(Counts::Teaching),
        sum(Counts::Exercise),
        sum(Counts::Around),
        sum(Counts::Break),
        Minutes(hours.rows.iter().map(|row| row.minutes).sum()),
    )
}

/// The pages that are left for reading. A part of which nothing is taught is one link.
fn unread(plan: &Timetable<'_>, link: &Links<'_>) -> Vec<String> {
    let is_taught = |part: &Part| {
        let mut rows = plan.days.iter().flat_map(|hours| &hours.rows);
        rows.any(|row| matches!(row.what, What::Page(taught) if taught.part.as_ref() == Some(part)))
    };
    let mut links = vec![];
    for page in &plan.unread {
        let shown = match &page.part {
            Some(part) if !is_taught(part) => {
                format!("[{}]({}{})", part.title, link.to_root, address(&part.file))
            }
            _ => link.page(page),
        };
        if links.last() != Some(&shown) {
            links.push(shown);
        }
    }
    links
}

/// What people can read and do afterwards.
fn left(plan: &Timetable<'_>, link: &Links<'_>) -> String {
    let list = |what: &str, links: Vec<String>| match links[..] {
        [] => String::new(),
        _ => format!("{what}: {}.\n\n", links.join("; ")),
    };
    list("Left for reading", unread(plan, link))
        + &list("Left to do at home", plan.undone.iter().map(|exercise| link.exercise(exercise)).collect())
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::teach::note::Note;
    use crate::teach::plan::spec::Spec;

    #[test]
    fn a_part_of_which_nothing_is_taught_is_one_link() {
        let taught = |page: &str, part: &str| Taught {
            page: page.to_owned(),
            file: PathBuf::from(page).with_extension("md"),
            title: page.to_uppercase(),
            part: (!part.is_empty()).then(|| Part {
                title: format!("Part {part}"),
                file: Path::new(part).join("README.md"),
                is_divided: false,
            }),
            note: Note { minutes: 1, first: None, line: 1, text: String::new(), sections: vec![] },
        };
        let pages = [("why", ""), ("a/x", "a"), ("a/y", "a"), ("b/x", "b"), ("b/y", "b")];
        let pages = pages.map(|(page, part)| taught(page, part));
        let spec = Spec { title: String::new(), says: String::new(), days: vec![] };
        let begins = crate::teach::plan::spec::Time(0);
        let row = Row { from: begins, minutes: 1, what: What::Page(&pages[3]) };
        let days = vec![Hours { rows: vec![row], end: begins, reserve: 0 }];
        let unread = [0, 1, 2, 4].map(|at| &pages[at]).into();
        let plan = Timetable { spec: &spec, days, unread, undone: vec![] };
        let link = Links { to_root: "../", title: &|_| String::new() };
        let links = super::unread(&plan, &link);
        assert_eq!(links, ["[WHY](../why.html)", "[Part a](../a/index.html)", "[B/Y](../b/y.html)"]);
    }
}
