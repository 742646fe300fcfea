//! The search index: the prose of all pages, their headings, and the names of listings.
//!
//! mdBook's own index has all that is on a page. A reader who searches would find a word in the output of ten programs before
//! the text about it, and the index of a large book would take a quarter of its build. So `book.toml` has mdBook index nothing,
//! and this index takes its place. It is made of the pages as mdBook wrote them: without code, output and drawings.

use std::path::Path;

use anyhow::Result;
use elasticlunr::IndexBuilder;
use mdbook_driver::config::Search;
use serde_json::json;

use crate::build::written::{Replaced, Written};

/// Writes the index of these pages in place of mdBook's; `None` if the book is not to be searched.
///
/// # Errors
///
/// When mdBook has left no index, or this one cannot be written.
pub fn write(pages: &[Written<'_>], options: &Search, site: &Path) -> Result<Option<Replaced>> {
    if !options.enable || !options.copy_js {
        return Ok(None);
    }
    Replaced::script(site, "searchindex", |_| Ok(script(pages, options))).map(Some)
}

/// The index as mdBook's `searcher.js` loads it.
fn script(pages: &[Written<'_>], options: &Search) -> String {
    let mut index = IndexBuilder::new().add_fields(&["title", "body", "breadcrumbs"]).build();
    let mut urls = vec![];
    for page in pages {
        for section in sections(&page.html, options.heading_split_level) {
            let (heading, body) = (words(&section.heading), words(&section.body));
            let mut crumbs = page.chapter.parent_names.clone();
            crumbs.push(page.chapter.name.clone());
            let title = if heading.is_empty() { page.chapter.name.clone() } else { heading.clone() };
            crumbs.extend(Some(heading).filter(|heading| !heading.is_empty()));
            index.add_doc(&urls.len().to_string(), [title, body, crumbs.join(" » ")]);
            let anchor = section.id.map(|id| format!("#{id}")).unwrap_or_default();
            urls.push(format!("{}{anchor}", page.url));
        }
    }
    let boost = |boost: u8| json!({ "boost": boost });
    let config = json!({
        "results_options": { "limit_results": options.limit_results, "teaser_word_count": options.teaser_word_count },
        "search_options": {
            "bool": if options.use_boolean_and { "AND" } else { "OR" },
            "expand": options.expand,
            "fields": {
                "title": boost(options.boost_title),
                "body": boost(options.boost_paragraph),
                "breadcrumbs": boost(options.boost_hierarchy),
            },
        },
        "doc_urls": urls,
    });
    let config = config.to_string();
    let json = format!("{{\"index\":{},{}", index.to_json(), &config[1..]);
    let quoted = json.replace('\\', "\\\\").replace('\'', "\\'");
    // A browser reads JSON in a string faster than an object in a script.
    format!("window.search = Object.assign(window.search, JSON.parse('{quoted}'));")
}

/// What is below one heading of a page.
#[derive(Debug, Default, PartialEq, Eq)]
struct Section {
    id: Option<String>,
    heading: String,
    body: String,
}

/// The sections of a page that begin with headings of this level or of one above. In what mdBook writes, each `<` and each `>`
/// that is not part of a tag is escaped.
fn sections(html: &str, deepest: u8) -> Vec<Section> {
    let main = html.split_once("<main").map_or("", |(_, main)| main);
    let mut rest = main.split_once("</main>").map_or(main, |(main, _)| main);
    rest = rest.split_once('>').map_or("", |(_, main)| main);
    let mut sections = vec![Section::default()];
    let mut in_heading = false;
    while let Some((text, tag)) = rest.split_once('<') {
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        let (tag, after) = tag.split_once(end).unwrap_or((tag, ""));
        let section = sections.last_mut().expect("the first section is always there");
        let to = if in_heading { &mut section.heading } else { &mut section.body };
        to.push_str(text);
        if !tag.starts_with('/') {
            to.push(' ');
        }
        rest = after;
        let name = tag.split(' ').next().unwrap_or(tag);
        match name.as_bytes() {
            // Code and output, and figures that are still sealed.
            b"pre" | b"script" | b"style" => {
                let close = format!("</{name}>");
                rest = rest.split_once(close.as_str()).map_or("", |(_, after)| after);
            }
            [b'h', level @ b'1'..=b'6'] if level - b'0' <= deepest => {
                in_heading = true;
                let id = tag.split_once("id=\"").and_then(|(_, id)| id.split_once('"'));
                let id = id.map(|(id, _)| id.to_owned());
                sections.push(Section { id, ..Section::default() });
            }
            [b'/', b'h', level @ b'1'..=b'6'] if level - b'0' <= deepest => in_heading = false,
            _ => {}
        }
    }
    sections.retain(|section| !section.heading.is_empty() || !section.body.trim().is_empty());
    sections
}

/// A text without its escapes, one blank between its words.
fn words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(id: Option<&str>, heading: &str, body: &str) -> Section {
        Section { id: id.map(str::to_owned), heading: heading.to_owned(), body: body.to_owned() }
    }

    #[test]
    fn a_page_is_cut_at_its_headings_and_its_code_is_left_out() {
        let html = "<nav>no</nav><main id=\"m\">\n<h1 id=\"one\"><a class=\"header\" href=\"#one\">The\nfirst</a></h1>\n\
            <p>Call <code>a::&lt;b&gt;</code>.</p><!-- <p>no</p> --><pre class=\"x\"><code>no</code></pre>\n\
            <h2 id=\"two\">Second</h2><p>R&amp;D</p><h4 id=\"no\">Deep</h4><script type=\"text/figure\"><p>no</p></script></main><p>no</p>";
        let found: Vec<Section> = sections(html, 3)
            .into_iter()
            .map(|one| Section { heading: words(&one.heading), body: words(&one.body), ..one })
            .collect();
        assert_eq!(
            found,
            [section(Some("one"), "The first", "Call a::<b>."), section(Some("two"), "Second", "R&D Deep")]
        );
        assert_eq!(sections("<main><p>a</p></main>", 3).len(), 1);
    }
}
