//! A PDF for each part of the book, printed by Chromium.
//!
//! The pages of a part become one page with a cover and a table of contents, in the styles of the site; `theme/css/paper.css`
//! adds what only a book on paper has. CSS has page numbers for such a table, but Chromium does not know them. So each part is
//! printed until the numbers in its contents, and at the links to answers, are those of its pages, which takes two times.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use supervisor::Temporary;

use crate::build::offline::PDFS;
use crate::editions::chromium::Chromium;
use crate::editions::destinations::{Destinations, destinations};
use crate::editions::dom::{Element, Node, escape, parse};
use crate::editions::edition::{COVER, Edition, Entry};
use crate::editions::page::BOOK;
use crate::editions::places::Places;
use crate::page::structure::numbered;
use crate::text::nearest::nearest;

/// The name of the PDF with the pages that come before all parts.
const BEFORE: &str = "introduction";

const STYLE: &str = "theme/css/paper.css";

/// How often a part may be printed until its table of contents is right.
const TRIES: usize = 4;

/// Writes the PDFs of these parts of the book in `root`, or of all, and gives their files.
///
/// # Errors
///
/// When there is no Chromium or no such part, when the book cannot be built, or when a file cannot be written.
pub fn write(root: &Path, named: &[String], folder: &Path) -> Result<Vec<PathBuf>> {
    let chromium = Chromium::find()?;
    let mut edition = Edition::read(root)?;
    let mut parts = parts(std::mem::take(&mut edition.entries));
    let names: Vec<String> = parts.iter().map(|part| part.name.clone()).collect();
    if let Some(unknown) = named.iter().find(|name| !names.contains(name)) {
        let near = nearest(unknown, names.iter().map(String::as_str)).unwrap_or_default();
        bail!("there is no part `{unknown}`: did you mean `{near}`? The parts are {}", names.join(", "));
    }
    parts.retain(|part| named.is_empty() || named.contains(&part.name));
    let folder = folder.join(PDFS);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let work = Temporary::new_in(&folder)?;
    fs::copy(root.join(STYLE), edition.site.path().join("paper.css"))
        .with_context(|| format!("cannot copy {STYLE}"))?;
    let head = head(&edition)? + "<link rel=\"stylesheet\" href=\"paper.css\"/>\n";
    let mut written = vec![];
    for part in parts {
        let (whole, file) = (work.path().join("pdf"), folder.join(format!("{}.pdf", part.name)));
        part.print(&edition, &head, &chromium, &whole)?;
        fs::rename(&whole, &file).with_context(|| format!("cannot write {}", file.display()))?;
        written.push(file);
    }
    Ok(written)
}

/// What becomes one PDF.
struct Part {
    name: String,
    title: String,
    chapters: Vec<Entry>,
}

/// The parts of a book. The pages before them are one, too.
fn parts(entries: Vec<Entry>) -> Vec<Part> {
    let mut parts: Vec<Part> = vec![];
    let mut before = vec![];
    for entry in entries {
        let is_part = entry.page.is_none() || !entry.children.is_empty();
        if is_part {
            // A part with a page has a folder, and that is how its pages' addresses begin.
            let folder =
                entry.page.as_ref().and_then(|page| page.url.split_once('/')).map(|(folder, _)| folder);
            let title = numbered(&entry.title).map_or(entry.title.as_str(), |(_, title)| title);
            let name = folder.map_or_else(|| slug(title), str::to_owned);
            let Entry { title, page, children } = entry;
            let own = page.map(|page| Entry { title: title.clone(), page: Some(page), children: vec![] });
            parts.push(Part { name, title, chapters: own.into_iter().chain(children).collect() });
        } else if parts.is_empty() {
            before.push(entry);
        }
    }
    if !before.is_empty() {
        parts.insert(0, Part { name: BEFORE.to_owned(), title: "Introduction".to_owned(), chapters: before });
    }
    parts
}

fn slug(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

/// Styles of the site, and what colors its code, as elements of a head.
fn head(edition: &Edition) -> Result<String> {
    let page =
        fs::read_to_string(edition.site.path().join(COVER)).context("cannot read the site's first page")?;
    let mut head = String::new();
    parse(&page).walk_mut(&mut |element| {
        let colors = |src: &str| src.starts_with("highlight");
        if element.attribute("rel") == Some("stylesheet") || element.attribute("src").is_some_and(colors) {
            let _ = writeln!(head, "{}", element.xml());
        }
    });
    Ok(head)
}

/// A line of the table of contents.
struct Line {
    level: usize,
    title: String,
    /// The id of the place, once that is known, and before that its address on the site.
    place: String,
}

/// A part, ready to be printed but for the numbers in its table of contents.
struct Laid {
    lines: Vec<Line>,
    chapters: Vec<Element>,
}

impl Part {
    /// Prints the part until its table of contents is right.
    fn print(self, edition: &Edition, head: &str, chromium: &Chromium, pdf: &Path) -> Result<()> {
        // The styles name their files from there.
        let page = edition.site.path().join(FILE);
        let titles: Vec<String> = self.chapters.iter().map(|chapter| chapter.title.clone()).collect();
        let cover = self.cover(edition)?;
        let title = format!("{}: {}", edition.title, self.title);
        let laid = self.laid(edition);
        let head = format!(
            "<title>{}</title>\n{head}<style>\n{}</style>",
            escape(&title),
            running(edition, &titles)
        );
        let mut known = Destinations { pages: BTreeMap::new(), count: 0 };
        for _ in 0..TRIES {
            let body = [cover.xml(), contents(&laid.lines, &known).xml()].into_iter();
            let chapters = laid.chapters.iter().map(|chapter| numbered_answers(chapter, &known).xml());
            let body: Vec<String> = body.chain(chapters).collect();
            let html = format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html>\n\
                 <html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"{}\">\n<head>\n{head}\n</head>\n<body>\n{}\n{COLORS}</body>\n</html>\n",
                escape(&edition.language),
                body.join("\n"),
            );
            fs::write(&page, html).with_context(|| format!("cannot write {}", page.display()))?;
            chromium.print(&page, pdf)?;
            let pages = destinations(&fs::read(pdf)?)?;
            if pages == known {
                return Ok(());
            }
            known = pages;
        }
        bail!("the table of contents of {title} has other page numbers each time it is printed")
    }

    fn cover(&self, edition: &Edition) -> Result<Element> {
        let line = |name: &str, class: &str, text: &str| {
            Element::new(name, &[("class", class)], vec![text.into()]).into()
        };
        let (numeral, title) = numbered(&self.title).unzip();
        let mut lines: Vec<Node> = vec![line("p", "paper-book", &edition.title)];
        lines.extend(numeral.map(|numeral| line("p", "paper-numeral", &format!("Part {numeral}"))));
        lines.push(line("h1", "paper-part", title.unwrap_or(&self.title)));
        lines.push(line("p", "paper-about", &edition.description));
        if !edition.authors.is_empty() {
            lines.push(line("p", "paper-authors", &edition.authors.join(", ")));
        }
        lines.push(line("p", "paper-date", &edition.date.day()?));
        lines.extend(edition.address.as_deref().map(|address| {
            let link = Element::new("a", &[("href", address)], vec![address.into()]);
            Element::new("p", &[("class", "paper-address")], vec![link.into()]).into()
        }));
        Ok(Element::new("section", &[("class", "paper-cover"), ("id", COVER)], lines))
    }

    /// Puts all pages into one, in which their links work.
    fn laid(self, edition: &Edition) -> Laid {
        let mut lines = vec![];
        let mut chapters: Vec<Element> = self
            .chapters
            .into_iter()
            .enumerate()
            .map(|(number, chapter)| {
                let style = format!("page: chapter-{number}");
                let is_alone = chapter.children.is_empty();
                let mut pages = vec![];
                collect(chapter, 0, is_alone, &mut lines, &mut pages);
                Element::new("article", &[("class", "paper-chapter"), ("style", &style)], pages)
            })
            .collect();
        let mut places = Places::default();
        places.lead(COVER, FILE, COVER);
        chapters.iter_mut().for_each(|chapter| places.enter(FILE, chapter));
        for chapter in &mut chapters {
            places.link(FILE, chapter, edition.address.as_deref());
            chapter.walk_mut(&mut |element| {
                let picture =
                    element.attribute("src").and_then(|src| src.strip_prefix(BOOK)).map(str::to_owned);
                if let Some(picture) = picture {
                    element.set("src", &picture);
                }
            });
        }
        for line in &mut lines {
            line.place =
                places.address(FILE, &line.place).unwrap_or_default().trim_start_matches('#').to_owned();
        }
        Laid { lines, chapters }
    }
}

/// The page that Chromium prints, in the site's folder.
const FILE: &str = "part.xhtml";

/// Code gets its colors as it does on the site.
const COLORS: &str = "<script>\nif (window.hljs) { document.querySelectorAll('pre code[class]').forEach(code => hljs.highlightElement(code)); }\n</script>\n";

/// Code of so many lines stays on one page.
const SHORT: usize = 14;

/// A table of contents with more lines has two columns.
const LONG: usize = 50;

/// Takes the pages of an entry with their lines for the table of contents. A chapter of one page has lines for its sections.
fn collect(entry: Entry, level: usize, is_alone: bool, lines: &mut Vec<Line>, pages: &mut Vec<Node>) {
    if let Some(page) = entry.page {
        lines.push(Line { level, title: entry.title, place: page.url });
        let mut text = page.text;
        // What the styles of the site call the text of a page.
        text.name = "main".to_owned();
        text.walk_mut(&mut |element| {
            if is_alone
                && element.name == "h2"
                && let Some(id) = element.attribute("id")
            {
                lines.push(Line { level: 1, title: element.text().trim().to_owned(), place: id.to_owned() });
            }
            if element.name == "pre" && element.text().lines().count() <= SHORT {
                let class = element.attribute("class").unwrap_or_default();
                element.set("class", format!("{class} paper-short").trim());
            }
            if let Some(own) = element.name.strip_prefix('h').and_then(|own| own.parse::<usize>().ok()) {
                element.name = format!("h{}", (own + level).min(6));
            }
        });
        pages.push(text.into());
    }
    entry.children.into_iter().for_each(|child| collect(child, level + 1, false, lines, pages));
}

/// The table of contents, with the page numbers that are known.
fn contents(lines: &[Line], known: &Destinations) -> Element {
    let line = |line: &Line| {
        let number = known.pages.get(&line.place).map(usize::to_string).unwrap_or_default();
        let part =
            |class: &str, text: &str| Element::new("span", &[("class", class)], vec![text.into()]).into();
        let parts = vec![part("paper-title", &line.title), part("paper-number", &number)];
        let link = Element::new("a", &[("href", &format!("#{}", line.place))], parts);
        Element::new("li", &[("class", &format!("paper-level-{}", line.level))], vec![link.into()]).into()
    };
    let list = Element::new("ol", &[], lines.iter().map(line).collect());
    let heading = Element::new("h2", &[], vec!["Contents".into()]);
    let class = if lines.len() > LONG { "paper-contents paper-long" } else { "paper-contents" };
    Element::new("section", &[("class", class)], vec![heading.into(), list.into()])
}

/// The chapter with a page number at each link to an answer, as far as it is known.
fn numbered_answers(chapter: &Element, known: &Destinations) -> Element {
    let mut chapter = chapter.clone();
    chapter.walk_mut(&mut |element| {
        if !element.has_class("to-answer") {
            return;
        }
        let of = |link: &Element| known.pages.get(link.attribute("href")?.strip_prefix('#')?).copied();
        // Room for a number, so that no page changes when it is known.
        let number = element.elements().find_map(of).map_or("000".to_owned(), |number| number.to_string());
        element.children.push(Node::Text(format!(": page {number}")));
    });
    chapter
}

/// What is above the text of each page: the book, and the chapter.
fn running(edition: &Edition, chapters: &[String]) -> String {
    let quoted =
        |text: &str| format!("\"{}\"", escape(text).replace('\\', "\\\\").replace("&quot;", "\\22 "));
    let book = quoted(&edition.title);
    let page = |(number, title): (usize, &String)| {
        let title = quoted(title);
        format!(
            "@page chapter-{number} {{ @top-left {{ content: {book} }} @top-right {{ content: {title} }} }}\n"
        )
    };
    chapters.iter().enumerate().map(page).collect()
}
