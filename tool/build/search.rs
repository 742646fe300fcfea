//! The search index: the prose of all pages, their headings, the terms of the glossary, and the names of listings.
//!
//! mdBook's own index has all that is on a page. A reader who searches would find a word in the output of ten programs before
//! the text about it. So `book.toml` turns mdBook's search off, and this index is made of the pages as mdBook wrote them,
//! without code, outputs, figures, questions and solutions. `theme/search.js` loads it, and decides what is found.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use mdbook_driver::config::Config;
use serde::Serialize;

use crate::build::shown::Shown;
use crate::build::written::{Replaced, Written};

/// The words that mean the same to a reader who searches: each line of the file is a group of them.
const SYNONYMS: &str = "theme/synonyms.txt";

/// The name of the index, as the template has it.
const NAME: &str = "search-index";

/// Elements whose text is not prose. In an unopened page, a figure's script has its drawing.
const ELEMENTS: [&str; 6] = ["pre", "figure", "script", "style", "svg", "noscript"];

/// Classes of elements that a search should not find: they are for instructors, give an answer away, list other pages, or explain a figure.
const CLASSES: [&str; 7] =
    ["instructor", "key", "pages", "predict", "exercise-hint", "exercise-start", "exercise-solution"];

/// Elements inside a word or a sentence.
const INLINE: [&str; 12] =
    ["a", "abbr", "b", "code", "em", "i", "kbd", "span", "strong", "sub", "sup", "samp"];

/// What `theme/search.js` reads.
#[derive(Serialize)]
struct Index {
    /// The groups of synonyms.
    synonyms: Vec<Vec<String>>,
    pages: Vec<Page>,
}

#[derive(Serialize)]
struct Page {
    url: String,
    /// The part of the book that it belongs to, and the pages above it.
    place: Vec<String>,
    /// The first one is the page itself.
    entries: Vec<Entry>,
}

/// Something that can be found.
#[derive(Debug, PartialEq, Serialize)]
struct Entry {
    kind: &'static str,
    /// Where it is on its page; empty at the top.
    id: String,
    title: String,
    text: String,
}

impl Entry {
    fn new(kind: &'static str, id: &str) -> Entry {
        Entry { kind, id: id.to_owned(), title: String::new(), text: String::new() }
    }
}

/// Writes the index beside the pages.
///
/// # Errors
///
/// When the synonyms cannot be read, or the index cannot be written.
pub fn write(
    pages: &[Written<'_>],
    shown: &Shown,
    config: &Config,
    root: &Path,
    site: &Path,
) -> Result<Replaced> {
    let unsearched: Vec<String> =
        config.get("preprocessor.listings.unsearched").context("in book.toml")?.unwrap_or_default();
    let is_searched = |page: &&Written<'_>| {
        !unsearched.iter().any(|path| page.chapter.path.as_deref() == Some(Path::new(path)))
    };
    let synonyms =
        fs::read_to_string(root.join(SYNONYMS)).with_context(|| format!("cannot read {SYNONYMS}"))?;
    let index = Index {
        synonyms: groups(&synonyms),
        pages: pages.iter().filter(is_searched).map(|page| read(page, shown)).collect(),
    };
    let script = format!("window.searchIndex = {};\n", serde_json::to_string(&index)?);
    Replaced::write(site, NAME, format!("{NAME}.js"), &script)
}

/// One group a line, its members between `=`.
fn groups(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(|line| line.split('=').map(|member| member.trim().to_owned()).collect()).collect()
}

fn read(page: &Written<'_>, shown: &Shown) -> Page {
    let is_error = page.url.starts_with("errors/") && page.url != "errors/index.html";
    let mut entries = entries(&page.html, if is_error { "error" } else { "page" });
    let path = page.chapter.path.as_deref();
    // A twin is found by the listing's own name.
    let programs =
        shown.places.listings().filter(|(id, place, _)| path == Some(Path::new(place)) && !id.contains('.'));
    entries
        .extend(programs.map(|(id, _, name)| Entry { title: id.to_owned(), ..Entry::new("program", &name) }));
    let part = page.part.map(str::to_owned);
    Page {
        url: page.url.clone(),
        place: part.into_iter().chain(page.chapter.parent_names.iter().cloned()).collect(),
        entries,
    }
}

/// What a page has between its headings and its terms. In what mdBook writes, each `<` and each `>` that is not part of a tag
/// is escaped.
fn entries(html: &str, kind: &'static str) -> Vec<Entry> {
    let main = html.split_once("<main").map_or("", |(_, main)| main);
    let mut rest = main.split_once("</main>").map_or(main, |(main, _)| main);
    rest = rest.split_once('>').map_or("", |(_, main)| main);
    let mut entries = vec![Entry::new(kind, "")];
    let mut in_title = false;
    while let Some((text, tag)) = rest.split_once('<') {
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        let (tag, after) = tag.split_once(end).unwrap_or((tag, ""));
        let (name, _) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
        let entry = entries.last_mut().expect("the page itself is the first entry");
        let to = if in_title { &mut entry.title } else { &mut entry.text };
        to.push_str(text);
        if !INLINE.contains(&name.trim_start_matches('/')) {
            to.push(' ');
        }
        rest = after;
        if is_left_out(name, tag) {
            rest = behind(name, rest);
            continue;
        }
        match name {
            "h1" => in_title = true,
            "h2" | "h3" | "dt" => {
                in_title = true;
                let kind = if name == "dt" { "term" } else { "section" };
                entries.push(Entry::new(kind, attribute(tag, "id")));
            }
            // An error's page begins with its message.
            "blockquote" if kind == "error" && entries.len() == 1 => {
                in_title = true;
                entries.push(Entry::new(kind, ""));
            }
            "/h1" | "/h2" | "/h3" | "/dt" | "/blockquote" => in_title = false,
            "/td" | "/th" => entries.last_mut().expect("the page itself").text.push_str("· "),
            _ => {}
        }
    }
    for entry in &mut entries {
        entry.title = plain(&entry.title);
        entry.text = plain(&entry.text);
    }
    entries
}

fn is_left_out(name: &str, tag: &str) -> bool {
    ELEMENTS.contains(&name) || attribute(tag, "class").split(' ').any(|class| CLASSES.contains(&class))
}

/// The value of an attribute; empty if there is none.
fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let value = tag.split_once(&format!(" {name}=\"")).and_then(|(_, value)| value.split_once('"'));
    value.map_or("", |(value, _)| value)
}

/// What is behind the end of an element, which may have others of its name in it.
fn behind<'a>(name: &str, mut rest: &'a str) -> &'a str {
    let mut depth = 1;
    while let Some((_, tag)) = rest.split_once('<') {
        rest = tag;
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let Some(after) = tag.strip_prefix(name).filter(|after| after.starts_with(['>', ' ', '\n'])) else {
            continue;
        };
        depth = if is_end { depth - 1 } else { depth + 1 };
        if depth == 0 {
            return after.trim_start_matches('>');
        }
    }
    ""
}

/// A text without its escapes, one blank between its words.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#123;", "{").replace("&#39;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: &'static str, id: &str, title: &str, text: &str) -> Entry {
        Entry { kind, id: id.into(), title: title.into(), text: text.into() }
    }

    #[test]
    fn a_page_is_cut_at_its_headings_and_terms() {
        let html = "<nav>no</nav><main id=\"m\">\n<h1 id=\"one\"><a class=\"header\" href=\"#one\">The\nfirst</a></h1>\n\
            <p>Call <code>a::&lt;b&gt;</code>.</p><!-- <p>no</p> -->\n\
            <h2 id=\"two\">Second</h2><p>R&amp;D</p><h4 id=\"deep\">Deep</h4><dl><dt id=\"pid\">pid</dt><dd>A number.</dd></dl>\n            <table><tr><td>a</td><td>b</td></tr></table></main><p>no</p>";
        assert_eq!(
            entries(html, "page"),
            [
                entry("page", "", "The first", "Call a::<b>."),
                entry("section", "two", "Second", "R&D Deep"),
                entry("term", "pid", "pid", "A number. a · b ·"),
            ]
        );
    }

    #[test]
    fn the_message_of_an_error_is_an_entry() {
        let html = "<main><h1>Lost</h1>\n<blockquote>\n<p>… is lost</p>\n</blockquote>\n<p>Why.</p><blockquote>So.</blockquote></main>";
        let message = entry("error", "", "… is lost", "Why. So.");
        assert_eq!(entries(html, "error"), [entry("error", "", "Lost", ""), message]);
        assert_eq!(entries(html, "page"), [entry("page", "", "Lost", "… is lost Why. So.")]);
    }

    #[test]
    fn what_is_no_prose_and_what_gives_an_answer_away_is_left_out() {
        for left_out in [
            "<pre class=\"x\"><code>no</code></pre>",
            "<figure><figcaption>no</figcaption><figure>no</figure>no</figure>",
            "<script type=\"text/figure\"><p>no</p></script>",
            "<aside class=\"predict\" id=\"p\"><p>no</p></aside>",
            "<aside class=\"note instructor\"><p>no</p></aside>",
            "<details class=\"exercise-solution\"><details>no</details>no</details>",
        ] {
            let html = format!("<main><p>Before</p>{left_out}<p>after</p></main>");
            assert_eq!(entries(&html, "page"), [entry("page", "", "", "Before after")], "{left_out}");
        }
    }

    #[test]
    fn synonyms_are_read_a_group_a_line() {
        assert_eq!(groups("# why\n\ntimeout = time limit\n"), [["timeout", "time limit"]]);
    }
}
