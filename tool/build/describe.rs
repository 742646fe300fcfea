//! What a page says about itself to search engines and to whoever shares a link: its own description, and, where the
//! site's address is known, its canonical address and picture.
//!
//! mdBook has one description for the whole book and no addresses, so this is put into the pages that it wrote.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use mdbook_driver::config::Config;
use mdbook_markdown::pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::build::contents::Contents;
use crate::build::offline::Editions;
use crate::build::outline::with_outline;
use crate::build::place::Places;
use crate::build::sealed::open;
use crate::build::style::Style;
use crate::build::tables::with_columns;
use crate::build::written::{Replaced, Written, read};
use crate::text::html::escape;

/// Search engines show about this many characters.
const LONGEST: usize = 160;

/// The page for an unknown address.
const UNKNOWN: &str = "404.html";

/// The picture for shared links, in the site's root.
const PICTURE: &str = "card.png";

/// Finishes every page of the site: with its figures, its outline, the columns of its tables, its place in the book and in the table of contents, the index that
/// a search takes, and what its first paragraph says and where it is.
///
/// The address is `address` in `[preprocessor.listings]`, which publishing sets from outside
/// (`MDBOOK_PREPROCESSOR__LISTINGS__ADDRESS`); without one nothing is said about addresses.
///
/// # Errors
///
/// When a page that mdBook wrote cannot be read or written.
pub fn describe(
    pages: &[Written<'_>],
    contents: &Contents,
    editions: &Editions,
    places: &Places<'_>,
    index: &Replaced,
    config: &Config,
    site: &Path,
) -> Result<()> {
    let address: Option<String> = config.get("preprocessor.listings.address").context("in book.toml")?;
    // `url` is where the page is in the book: the first page is the site's index, too.
    let style = pages.first().map(|page| Style::write(&page.html, site)).transpose()?;
    let finish = |file: &str, html: &str, url: &str, page: Option<&Page<'_>>| {
        let file = site.join(file);
        let mut html = editions.in_page(&contents.in_page(&with_columns(&open(html)), url), url);
        if let Some(page) = page {
            let described = page.described(&with_outline(&html));
            html = described.with_context(|| format!("{} has no description", file.display()))?;
            html = page.placed(html);
        }
        html = style.as_ref().map_or(html.clone(), |style| style.in_page(&html));
        fs::write(&file, index.in_page(&html)).with_context(|| format!("cannot write {}", file.display()))
    };
    for (number, Written { chapter, url, html, .. }) in pages.iter().enumerate() {
        let page = Page {
            title: &chapter.name,
            site: config.book.title.as_deref().unwrap_or_default(),
            description: &first_paragraph(&chapter.content),
            place: chapter.path.as_deref().and_then(|path| places.line(path)),
            next: chapter.path.as_deref().and_then(|path| places.next_question(path)),
            url: address.as_deref().map(|address| join(address, url)),
            picture: address.as_deref().map(|address| join(address, PICTURE)),
        };
        finish(url, html, url, Some(&page))?;
        if number == 0 && url != "index.html" {
            finish("index.html", &read(&site.join("index.html"))?, url, Some(&page))?;
        }
    }
    if site.join(UNKNOWN).is_file() {
        finish(UNKNOWN, &read(&site.join(UNKNOWN))?, UNKNOWN, None)?;
    }
    Ok(())
}

/// What is said about one page.
struct Page<'a> {
    title: &'a str,
    site: &'a str,
    description: &'a str,
    /// What is above its title.
    place: Option<String>,
    /// The question of the next page.
    next: Option<&'a str>,
    url: Option<String>,
    picture: Option<String>,
}

impl Page<'_> {
    /// The page with its own description in the place of the book's; `None` if the template has none.
    fn described(&self, html: &str) -> Option<String> {
        const BEFORE: &str = "<meta name=\"description\" content=\"";
        let start = html.find(BEFORE)?;
        let end = start + html[start..].find("\">")? + 2;
        let description = if self.description.is_empty() {
            html[start + BEFORE.len()..end - 2].to_owned()
        } else {
            escape(self.description)
        };
        let mut head = format!("{BEFORE}{description}\">");
        let mut say = |line: String| head += &format!("\n        {line}");
        if let Some(url) = &self.url {
            say(format!("<link rel=\"canonical\" href=\"{}\">", escape(url)));
            say(property("og:url", url));
        }
        say(property("og:type", "article"));
        say(property("og:site_name", self.site));
        say(property("og:title", self.title));
        say(format!("<meta property=\"og:description\" content=\"{description}\">"));
        if let Some(picture) = &self.picture {
            say(property("og:image", picture));
            say("<meta name=\"twitter:card\" content=\"summary_large_image\">".to_owned());
        }
        Some(format!("{}{head}{}", &html[..start], &html[end..]))
    }

    /// The page with its place above its title, and with its successor's question on the card that leads there.
    fn placed(&self, mut html: String) -> String {
        if let (Some(place), Some(at)) = (&self.place, html.find("<main ")) {
            html.insert_str(at, &format!("{place}\n                    "));
        }
        let card = html.find("class=\"nav-chapters next\"");
        if let (Some(question), Some(card)) = (self.next, card)
            && let Some(end) = html[card..].find("</a>")
        {
            html.insert_str(card + end, &format!(" <span class=\"question\">{question}</span>"));
        }
        html
    }
}

fn property(name: &str, content: &str) -> String {
    format!("<meta property=\"{name}\" content=\"{}\">", escape(content))
}

fn join(address: &str, path: &str) -> String {
    format!("{}/{path}", address.trim_end_matches('/'))
}

/// The text of the first paragraph, cut between words if it is long.
fn first_paragraph(markdown: &str) -> String {
    let prose: String =
        markdown.split_inclusive('\n').filter(|line| !line.trim_start().starts_with("{{#")).collect();
    let inside = Parser::new_ext(&prose, Options::ENABLE_SMART_PUNCTUATION)
        .skip_while(|event| !matches!(event, Event::Start(Tag::Paragraph)))
        .take_while(|event| !matches!(event, Event::End(TagEnd::Paragraph)));
    let mut text = String::new();
    for event in inside {
        match event {
            Event::Text(part) | Event::Code(part) => text += &part,
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    shortened(text)
}

fn shortened(text: String) -> String {
    if text.chars().count() <= LONGEST {
        return text;
    }
    let cut: String = text.chars().take(LONGEST - 1).collect();
    let words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", words.trim_end_matches([',', ';', ':', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = "<head>\n<meta name=\"description\" content=\"the book\">\n</head>";

    fn page(address: Option<&str>) -> Page<'static> {
        Page {
            title: "A \"page\"",
            site: "Book",
            description: "What & why.",
            place: Some("<nav>Part I</nav>".to_owned()),
            next: Some("Why?"),
            url: address.map(|address| join(address, "part/page.html")),
            picture: address.map(|address| join(address, PICTURE)),
        }
    }

    #[test]
    fn the_first_paragraph_is_plain_text() {
        let markdown = "# Title\n\n<aside>\n\nYou *don't want*\nto call `f`, [here](x.md).\n\nMore.\n";
        assert_eq!(first_paragraph(markdown), "You don’t want to call f, here.");
        assert_eq!(first_paragraph("# Title\n\n{{#listing a/b}}\n\nText.\n"), "Text.");
        assert_eq!(first_paragraph("# Only a title\n"), "");
    }

    #[test]
    fn a_long_paragraph_is_cut_between_words() {
        let cut = first_paragraph(&"word, ".repeat(100));
        assert!(cut.chars().count() <= LONGEST && cut.ends_with("word…"), "{cut}");
    }

    #[test]
    fn without_an_address_no_address_is_said() {
        let html = page(None).described(HTML).expect("a description to replace");
        assert!(html.contains("content=\"What &amp; why.\""), "{html}");
        assert!(html.contains("<meta property=\"og:title\" content=\"A &quot;page&quot;\">"), "{html}");
        assert!(
            !html.contains("canonical") && !html.contains("http") && !html.contains("the book"),
            "{html}"
        );
    }

    #[test]
    fn the_place_is_above_the_text_and_the_question_on_the_card() {
        let html = "<main id=\"m\"></main><a class=\"nav-chapters next\">Next</a><a>x</a>".to_owned();
        let placed = page(None).placed(html);
        assert!(placed.starts_with("<nav>Part I</nav>\n") && placed.contains("<main id=\"m\">"), "{placed}");
        assert!(placed.contains("Next <span class=\"question\">Why?</span></a><a>x</a>"), "{placed}");
    }

    #[test]
    fn with_an_address_page_and_picture_are_named() {
        let html = page(Some("https://example.org/book/")).described(HTML).expect("a description to replace");
        for part in [
            "<link rel=\"canonical\" href=\"https://example.org/book/part/page.html\">",
            "<meta property=\"og:image\" content=\"https://example.org/book/card.png\">",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
    }
}
