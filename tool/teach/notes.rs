//! The notes of all pages and chapters of a folder, or of one of them, collected: what an instructor reads the evening before.
//!
//! Nothing is written for it. The notes are the pages' own, what is said of an exercise is the explanation of its solution.

use std::borrow::Cow;
use std::fmt::Write;

use workshop::{Exercise, Text};

use crate::page::structure::is_index;
use crate::teach::exercise;
use crate::teach::note::{self, Taught, is_in};
use crate::text::nearest::nearest;

/// The pages of this folder that have a note, or the one page of this path. The pages of a part without chapters are as one.
///
/// # Errors
///
/// A sentence for the author, when there are none.
pub fn of<'a>(taught: &'a [Taught], name: &str) -> Result<Vec<Cow<'a, Taught>>, String> {
    let of: Vec<&Taught> =
        taught.iter().filter(|taught| taught.page == name || is_in(&taught.page, name)).collect();
    if let Some(part) = note::of_part(&of) {
        return Ok(vec![Cow::Owned(part)]);
    }
    if !of.is_empty() {
        return Ok(of.into_iter().map(Cow::Borrowed).collect());
    }
    let folder = |taught: &'a Taught| Some(taught.page.rsplit_once('/')?.0);
    let names = taught.iter().flat_map(|taught| folder(taught).into_iter().chain([taught.page.as_str()]));
    Err(match nearest(name, names) {
        Some(near) => {
            format!("no page `{name}` has a note, and no page in a folder `{name}`; the nearest is `{near}`")
        }
        None => format!("`{name}` has no note, and no other page has one"),
    })
}

/// The section of one page. `said` is its note, with links for where it stands now.
pub fn markdown(taught: &Taught, said: &str, exercises: &[(&Exercise, Text)], to_root: &str) -> String {
    let Taught { page, title, note, .. } = taught;
    let name = page.rsplit('/').next().unwrap_or(page);
    let (address, minutes) = (taught.address(), note.minutes);
    let what = match is_index(&taught.file) {
        true if taught.page.contains('/') => "The chapter",
        true => "The part",
        false => "The page",
    };
    let exercise = note.first.map(|first| format!(", {first} of them for the first exercise"));
    let cut = match note.can_be_cut() {
        0 => String::new(),
        cut => format!(" When late, {cut} minutes can be cut."),
    };
    let mut text = format!(
        "## {title} {{#notes-{name}}}\n\n[{what}]({to_root}{address}): {minutes} minutes{}.{cut}\n\n\
         <div class=\"instructor-note\">\n\n{said}\n\n</div>\n\n",
        exercise.unwrap_or_default()
    );
    for (exercise, words) in exercises {
        let _ = write!(
            text,
            "### {title} {{#notes-{name}}}\n\n[The exercise]({to_root}{page}#{anchor}): {minutes} minutes.\n\n{solution}\n\n",
            title = words.title,
            name = exercise.name,
            page = exercise::page(exercise).display(),
            anchor = exercise::anchor(exercise),
            minutes = exercise.minutes,
            solution = words.solution,
        );
    }
    text
}
