//! The notes of all pages of a folder, collected on one: what an instructor reads the evening before.
//!
//! Nothing is written for it. The notes are the pages' own, what is said of an exercise is the explanation of its solution.

use std::fmt::Write;

use workshop::{Exercise, Text};

use crate::exercise;
use crate::nearest::nearest;
use crate::note::{Taught, file, is_in};

/// The pages of this folder that have a note.
///
/// # Errors
///
/// A sentence for the author, when there are none.
pub fn of<'a>(taught: &'a [Taught], folder: &str) -> Result<Vec<&'a Taught>, String> {
    let of: Vec<&Taught> = taught.iter().filter(|taught| is_in(&taught.page, folder)).collect();
    if !of.is_empty() {
        return Ok(of);
    }
    let folders = taught.iter().filter_map(|taught| Some(taught.page.rsplit_once('/')?.0));
    Err(match nearest(folder, folders) {
        Some(near) => format!("no page of `{folder}` has a note; the nearest folder with notes is `{near}`"),
        None => format!("no page of `{folder}` has a note, nor has any other folder's"),
    })
}

/// The section of one page. `said` is its note, with links for where it stands now.
pub fn markdown(taught: &Taught, said: &str, exercises: &[(&Exercise, Text)], to_root: &str) -> String {
    let Taught { page, title, note } = taught;
    let name = page.rsplit('/').next().unwrap_or(page);
    let (file, minutes) = (file(page), note.minutes);
    let teaching = match note.first {
        Some(first) => format!("{minutes} minutes, {first} of them for the first exercise"),
        None => format!("{minutes} minutes"),
    };
    let mut text =
        format!("## {title} {{#notes-{name}}}\n\n[The page]({to_root}{file}): {teaching}.\n\n{said}\n\n");
    for (exercise, words) in exercises {
        let _ = write!(
            text,
            "### {title} {{#notes-{name}}}\n\n[The exercise]({to_root}{file}#{anchor}): {minutes} minutes.\n\n{solution}\n\n",
            title = words.title,
            name = exercise.name,
            anchor = exercise::anchor(exercise),
            minutes = exercise.minutes,
            solution = words.solution,
        );
    }
    text
}
