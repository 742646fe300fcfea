//! Pages that were somewhere else before: at the old address, a small page leads to the new one.
//!
//! `moved.txt`, in the book's folder, has a line for each: `old.html -> new.html`. A folder at the end, `old.html -> new/`, is a page that
//! was divided. A part of the old page, `old.html#name`, is then looked for by its name on the pages of that folder; one whose name has
//! changed has a line of its own, `old.html#name -> new/page.html#other`. The old page may still be there: then it leads on itself.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::build::written::{Written, read};
use crate::text::html::escape;

/// The list, from the book's folder.
const LIST: &str = "moved.txt";

/// Writes a page for each old address.
///
/// # Errors
///
/// When the list cannot be read, or leads from a page that there is or to one that there is not.
pub fn write(root: &Path, pages: &[Written<'_>], site: &Path) -> Result<()> {
    let list = match fs::read_to_string(root.join(LIST)) {
        Ok(list) => list,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).context("cannot read moved.txt"),
    };
    for (old, page) in moved(&list, pages)? {
        let file = site.join(&old);
        if file.is_file() {
            let html = read(&file)?.replacen("</body>", &format!("{page}</body>"), 1);
            fs::write(&file, html).with_context(|| format!("cannot write {}", file.display()))?;
            continue;
        }
        fs::create_dir_all(file.parent().unwrap_or(site))?;
        fs::write(&file, page).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// The pages for the old addresses, by these; for a page that is still there, what leads on from its parts.
fn moved(list: &str, pages: &[Written<'_>]) -> Result<BTreeMap<String, String>> {
    let ids: BTreeMap<&str, Vec<&str>> =
        pages.iter().map(|page| (page.url.as_str(), ids(&page.html))).collect();
    let lines = list.lines().zip(1..).filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    let mut homes: BTreeMap<&str, &str> = BTreeMap::new();
    let mut names: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
    for (line, number) in lines {
        let at = || format!("moved.txt:{number}: `{line}`");
        let (old, new) =
            line.split_once(" -> ").with_context(|| format!("{}: write `old.html -> new.html`", at()))?;
        let (page, part) = new.split_once('#').unwrap_or((new, ""));
        let index = if page.ends_with('/') { format!("{page}index.html") } else { page.to_owned() };
        let Some(there) = ids.get(index.as_str()) else { bail!("{}: there is no page {index}", at()) };
        if !part.is_empty() && !there.contains(&part) {
            bail!("{}: {index} has no `{part}`", at());
        }
        match old.split_once('#') {
            Some((old, name)) => drop(names.entry(old).or_default().insert(name, new.to_owned())),
            None if ids.contains_key(old) => bail!("{}: there is a page {old}", at()),
            None => drop(homes.insert(old, new)),
        }
    }
    let is_lost = |old: &&str| !homes.contains_key(*old) && !ids.contains_key(*old);
    if let Some(old) = names.keys().find(|old| is_lost(old)) {
        bail!("moved.txt says where parts of {old} are, and not where the page is");
    }
    let page = |(old, new): (&str, &str)| {
        let mut parts = names.get(old).cloned().unwrap_or_default();
        for page in pages.iter().filter(|page| new.ends_with('/') && page.url.starts_with(new)) {
            for id in &ids[page.url.as_str()] {
                parts.entry(id).or_insert_with(|| format!("{}#{id}", page.url));
            }
        }
        (old.to_owned(), leading(old, new, &parts))
    };
    let still_there = names.iter().filter(|(old, _)| ids.contains_key(*old)).map(|(old, parts)| {
        let script = script(&addresses(old, parts), None);
        ((*old).to_owned(), format!("<script>\n{script}</script>\n"))
    });
    Ok(homes.iter().map(|(old, new)| page((*old, *new))).chain(still_there).collect())
}

/// The names in the text of a page, in order.
fn ids(html: &str) -> Vec<&str> {
    let main =
        html.split_once("<main").and_then(|(_, main)| main.split_once('>')).map_or("", |(_, main)| main);
    let main = main.split_once("</main>").map_or(main, |(main, _)| main);
    main.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// A page that leads on: by a script to the named part, without scripts to the page. It works from a folder of files, too.
fn leading(old: &str, new: &str, parts: &BTreeMap<&str, String>) -> String {
    let home = address(old, new);
    let script = script(&addresses(old, parts), Some(&home));
    let home = escape(&home);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>This page has moved</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<link rel=\"canonical\" href=\"{home}\">\n\
         <script>\n{script}</script>\n\
         <noscript><meta http-equiv=\"refresh\" content=\"0; url={home}\"></noscript>\n</head>\n\
         <body>\n<p>This page has moved: <a href=\"{home}\">go there</a>.</p>\n</body>\n</html>\n"
    )
}

/// Where parts have gone, from the old page.
fn addresses<'n>(old: &str, parts: &BTreeMap<&'n str, String>) -> BTreeMap<&'n str, String> {
    parts.iter().map(|(name, new)| (*name, address(old, new))).collect()
}

/// A new address, from the old page. A folder is its index, for where no server adds that.
fn address(old: &str, new: &str) -> String {
    let up = "../".repeat(old.matches('/').count());
    let (page, part) = new.split_at(new.find('#').unwrap_or(new.len()));
    let index = if page.ends_with('/') { "index.html" } else { "" };
    format!("{up}{page}{index}{part}")
}

/// Leads on from a part that has moved, and from all others to the home of the page, if that has moved, too.
fn script(parts: &BTreeMap<&str, String>, home: Option<&str>) -> String {
    // Nothing in it may look like the end of the script.
    let quoted = |json: serde_json::Value| json.to_string().replace('<', "\\u003c");
    let home =
        home.map_or("undefined".to_owned(), |home| format!("{} + location.search", quoted(json!(home))));
    format!(
        "{{\n    const parts = new Map(Object.entries({}));\n    let name = location.hash.slice(1);\n    \
         try {{ name = decodeURIComponent(name); }} catch {{ /* a percent sign that means itself */ }}\n    \
         const to = parts.get(name) ?? {home};\n    if (to) {{ location.replace(to); }}\n}}\n",
        quoted(json!(parts)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use mdbook_driver::book::Chapter;

    const LIST: &str = "# What was divided.\nold/pipes.html -> new/pipes/\nold/pipes.html#cost -> new/pipes/two.html#what-it-costs\n";

    fn of(list: &str) -> Result<BTreeMap<String, String>> {
        let chapter = Chapter::default();
        let pages = [
            ("new/pipes/index.html", "<main id=\"m\"><h1 id=\"pipes\">Pipes</h1></main>"),
            (
                "new/pipes/one.html",
                "<main id=\"m\"><h2 id=\"one\"></h2><h2 id=\"shared\"></h2></main><p id=\"outside\">",
            ),
            (
                "new/pipes/two.html",
                "<main id=\"m\"><h2 id=\"what-it-costs\"></h2><h2 id=\"shared\"></h2></main>",
            ),
        ];
        let pages = pages.map(|(url, html)| Written {
            chapter: &chapter,
            part: None,
            url: url.to_owned(),
            html: html.to_owned(),
        });
        moved(list, &pages)
    }

    #[test]
    fn an_old_page_leads_to_its_parts() {
        let pages = of(LIST).expect("a page");
        let page = &pages["old/pipes.html"];
        let still = of("new/pipes/one.html#old -> new/pipes/two.html#shared\n").expect("a script");
        assert!(
            still["new/pipes/one.html"].contains("{\"old\":\"../../new/pipes/two.html#shared\"}"),
            "{still:?}"
        );
        for part in [
            "\"cost\":\"../new/pipes/two.html#what-it-costs\"",
            "\"one\":\"../new/pipes/one.html#one\"",
            "\"shared\":\"../new/pipes/one.html#shared\"",
            "url=../new/pipes/index.html\"",
            "<a href=\"../new/pipes/index.html\">",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert!(!page.contains("outside") && !page.contains("\"m\""), "{page}");
    }

    #[test]
    fn a_list_that_leads_nowhere_is_found() {
        for (list, problem) in [
            ("a.html", "write `old.html -> new.html`"),
            ("a.html -> gone.html", "there is no page gone.html"),
            ("a.html -> new/pipes/one.html#two", "new/pipes/one.html has no `two`"),
            ("new/pipes/one.html -> new/pipes/two.html", "there is a page new/pipes/one.html"),
            ("a.html#b -> new/pipes/one.html", "says where parts of a.html are, and not where the page is"),
        ] {
            let mistake = of(list).expect_err("a mistake").to_string();
            assert!(mistake.contains(problem), "{mistake}");
        }
    }
}
