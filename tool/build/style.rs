//! One style sheet in place of all that a page names: a browser shows nothing before it has each of them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::build::written::read;

/// What a line that names a style sheet begins with, as the template has it.
const LINK: &str = "<link rel=\"stylesheet\"";

/// The one style sheet.
#[derive(Clone, Debug)]
pub struct Style {
    /// Its name, in the site's root.
    name: String,
}

impl Style {
    /// Writes the sheets that this page names as one. All pages name the same.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read, or the new one cannot be written.
    pub fn write(page: &str, site: &Path) -> Result<Style> {
        let mut text = String::new();
        for line in page.lines().filter(|line| is_link(line)) {
            let href = attribute(line, "href").context("a style sheet without an address")?;
            let path = href.trim_start_matches("../");
            let sheet =
                shortened(&read(&site.join(path))?, Path::new(path).parent().unwrap_or(Path::new("")));
            text += &match attribute(line, "media") {
                Some(media) => format!("@media {media} {{\n{sheet}}}\n"),
                None => sheet,
            };
        }
        let hash: String = Sha256::digest(&text).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let name = format!("style-{hash}.css");
        fs::write(site.join(&name), text).with_context(|| format!("cannot write {name}"))?;
        Ok(Style { name })
    }

    /// The page with this sheet in place of the others.
    pub fn in_page(&self, html: &str) -> String {
        let mut page = String::with_capacity(html.len());
        let mut is_named = false;
        for line in html.split_inclusive('\n') {
            if !is_link(line) {
                page += line;
            } else if !is_named {
                is_named = true;
                let up = attribute(line, "href").unwrap_or_default().matches("../").count();
                page += &format!("        {LINK} href=\"{}{}\">\n", "../".repeat(up), self.name);
            }
        }
        page
    }
}

fn is_link(line: &str) -> bool {
    line.trim_start().starts_with(LINK)
}

fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// A sheet without comments and indentation. What it fetches from its own folder is named from the site's root.
fn shortened(text: &str, folder: &Path) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        bare += before;
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    bare += rest;
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    let bare: String = lines.flat_map(|line| [line, "\n"]).collect();
    let mut parts = bare.split("url(");
    let mut sheet = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let quote = part.chars().next().filter(|first| matches!(first, '"' | '\''));
        let target = &part[quote.map_or(0, char::len_utf8)..];
        sheet += "url(";
        sheet.extend(quote);
        if !target.starts_with(['#', '/']) && !target.starts_with("data:") {
            sheet += &folder.join("").display().to_string();
        }
        sheet += target;
    }
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_one_sheet_that_has_all_rules() {
        let site = tempfile::tempdir().expect("a folder");
        fs::create_dir(site.path().join("fonts")).expect("a folder");
        let sheets = [
            ("a.css", "/* a\n   comment */\np {\n    color: red;\n}\n"),
            ("fonts/f.css", "@font-face { src: url(\"f.woff2\"), url(data:x), url(#y) }"),
            ("p.css", "nav { display: none }"),
        ];
        for (name, text) in sheets {
            fs::write(site.path().join(name), text).expect("a sheet");
        }
        let page = "<head>\n  <link rel=\"stylesheet\" href=\"../a.css\">\n  <meta>\n  <link rel=\"stylesheet\" href=\"../fonts/f.css\">\n  \
                    <link rel=\"stylesheet\" href=\"../p.css\" media=\"print\">\n</head>\n";
        let style = Style::write(page, site.path()).expect("a sheet");
        let text = fs::read_to_string(site.path().join(&style.name)).expect("the sheet");
        assert_eq!(
            text,
            "p {\ncolor: red;\n}\n@font-face { src: url(\"fonts/f.woff2\"), url(data:x), url(#y) }\n\
             @media print {\nnav { display: none }\n}\n"
        );
        let expected = format!(
            "<head>\n        <link rel=\"stylesheet\" href=\"../{}\">\n  <meta>\n</head>\n",
            style.name
        );
        assert_eq!(style.in_page(page), expected);
    }
}
