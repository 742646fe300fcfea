//! Plans of a workshop: from `workshop/plans/<name>.json` to a timetable on a page.
//!
//! A plan says what is taught in which order, and where the breaks are. How long it takes is computed: the minutes of a page are
//! those that its note for the instructor names, those of an exercise are the list's. So a plan that no longer holds fails the build.
//!
//! In reading order: [`spec`] is what the file says, [`timetable`] adds up and checks, [`markdown`] writes the tables.

pub mod markdown;
pub mod spec;
pub mod timetable;

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use workshop::Exercise;

use crate::teach::note::Taught;
use crate::text::nearest::nearest;

/// Where the plans are, from the book's root.
pub const FOLDER: &str = "workshop/plans";

/// The plan of this name, in Markdown. `to_root` leads from the page to the top of the site.
///
/// # Errors
///
/// A sentence for the author: what is missing, or does not add up.
pub fn plan(root: &Path, name: &str, taught: &[Taught], to_root: &str) -> Result<String, String> {
    let path = root.join(FOLDER).join(name).with_extension("json");
    let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => unknown(root, name),
        _ => format!("cannot read {}: {error}", path.display()),
    })?;
    let wrong = |what: String| format!("the plan `{name}` does not add up: {what}");
    let spec = spec::read(&text).map_err(wrong)?;
    let timetable = timetable::Timetable::of(&spec, taught).map_err(wrong)?;
    // An exercise whose text cannot be read is a mistake that is told where it is shown.
    let title = |exercise: &Exercise| {
        exercise.text(root).map_or_else(|_| exercise.name.to_owned(), |text| text.title)
    };
    Ok(markdown::markdown(name, &timetable, title, to_root))
}

fn unknown(root: &Path, name: &str) -> String {
    let names = names(root);
    match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => format!("there is no plan `{name}`; the nearest is `{near}`"),
        None => format!("there is no plan `{name}`: {FOLDER} has none"),
    }
}

/// All plans of a book.
pub fn names(root: &Path) -> Vec<String> {
    let files = fs::read_dir(root.join(FOLDER)).into_iter().flatten().flatten().map(|file| file.path());
    let json = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let mut names: Vec<String> =
        json.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}
