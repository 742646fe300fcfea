//! From measurements to the figure on a page: static SVG, the same as a table, and where it was measured.
//!
//! `chapters-code/<crate>/plots/<name>.json` says what to draw, out of the samples in `chapters-code/<crate>/results`. Nothing
//! in a plot is typed in by hand but its words and its guides, which are theory.
//!
//! In reading order:
//!
//! - [`spec`]: what a plot's file says.
//! - [`data`]: the samples of a results file, each a [`point`] with its middle half.
//! - [`crossing`]: from where on one line lies below another.
//! - [`scale`]: from values to places, linear or logarithmic, and the ticks of an axis.
//! - [`words`]: values as people read them.
//! - [`layout`]: all of it with coordinates. Tests look for overlaps here.
//! - [`svg`]: the layout as SVG.
//! - [`figure`]: the HTML around that.
//!
//! `theme/css/plot.css` gives it its looks. Deliberately absent: a plotting crate. Those that write SVG fix colors and
//! sizes in it, and a page needs colors that follow its theme, and text that stays readable on a phone.

pub mod crossing;
pub mod data;
pub mod figure;
pub mod layout;
pub mod point;
pub mod scale;
pub mod spec;
pub mod svg;
pub mod words;

use std::fs;
use std::path::Path;

use crate::text::nearest::nearest;

/// The figure of the plot with that id, `crate/name`.
///
/// # Errors
///
/// A sentence for the author: what is missing or wrong, and what is nearest to it.
pub fn plot(root: &Path, id: &str) -> Result<String, String> {
    let crates = root.join("chapters-code");
    let (folder, name) =
        id.split_once('/').filter(|(_, name)| !name.contains('/')).ok_or_else(|| unknown(&crates, id))?;
    let path = crates.join(folder).join("plots").join(name).with_extension("json");
    let Ok(text) = fs::read_to_string(&path) else { return Err(unknown(&crates, id)) };
    let wrong = |what: String| format!("the plot `{id}` cannot be drawn: {what}");
    let spec = spec::read(&text).map_err(wrong)?;
    let results = data::Results::read(&crates.join(folder).join("results"), &spec.results).map_err(wrong)?;
    let plot = data::Plot::of(&spec, &results).map_err(wrong)?;
    Ok(figure::figure(id, &plot))
}

fn unknown(crates: &Path, id: &str) -> String {
    let ids = ids_in(crates);
    match nearest(id, ids.iter().map(String::as_str)) {
        Some(near) => format!("there is no plot `{id}`; the nearest is `{near}`"),
        None => format!("there is no plot `{id}`: no crate in chapters-code has one"),
    }
}

/// All plots of a book.
pub fn ids(root: &Path) -> Vec<String> {
    ids_in(&root.join("chapters-code"))
}

fn ids_in(crates: &Path) -> Vec<String> {
    let folders = fs::read_dir(crates).into_iter().flatten().flatten();
    let mut ids: Vec<String> = folders.flat_map(|folder| plots_of(&folder.path())).collect();
    ids.sort();
    ids
}

fn plots_of(folder: &Path) -> Vec<String> {
    let of = folder.file_name().unwrap_or_default().to_string_lossy();
    let files = fs::read_dir(folder.join("plots")).into_iter().flatten().flatten();
    let json = files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|end| end == "json"));
    json.map(|path| format!("{of}/{}", path.file_stem().unwrap_or_default().to_string_lossy())).collect()
}
