//! Every term of the glossary is linked where the book first uses it.
//!
//! The book is read in the order of SUMMARY.md, up to its reference part. On the first page whose prose uses a term, that
//! first use has to be a link to the term's entry. Prose is paragraphs, lists and tables: not headings, code, the text of other
//! links, raw HTML, nor what only instructors see. A page's first paragraph needs no links, so that it can be read at one go.
//! `GLOSSARY=link` sets the missing links.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use mdbook_driver::MDBook;
use mdbook_markdown::pulldown_cmark::{Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use crate::scratch::{PAGE, Scratch};
use crate::{assert_none, assert_one, this_book};

const COVER: &str = "README.md";
const GLOSSARY: &str = "glossary.md";
/// The chapters end where this part begins.
const REFERENCE: &str = "Reference";

/// An entry of the glossary.
#[derive(Debug)]
struct Term {
    /// Its `id` on the page, as mdBook makes it.
    anchor: String,
    /// The words by which a page uses it.
    forms: Vec<String>,
}

fn anchor(title: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ');
    title.to_lowercase().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The terms of a glossary: the titles of its definition lists, each with the forms that a comment adds.
fn terms(glossary: &str) -> Vec<Term> {
    let (mut terms, mut title) = (Vec::<Term>::new(), None);
    for event in new_cmark_parser(glossary, &MarkdownOptions::default()) {
        match event {
            Event::Start(Tag::DefinitionListTitle) => title = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(title) = &mut title {
                    title.push_str(&text);
                }
            }
            Event::End(TagEnd::DefinitionListTitle) => {
                // As it is written, not as it is set.
                let title = title.take().unwrap_or_default().replace('’', "'");
                let own = [title.clone(), format!("{title}s")].into_iter().filter(|form| !form.contains('('));
                terms.push(Term { anchor: anchor(&title), forms: own.collect() });
            }
            Event::InlineHtml(comment) | Event::Html(comment) => {
                let Some(forms) = comment.strip_prefix("<!-- forms: ") else { continue };
                let Some(term) = terms.last_mut() else { continue };
                match forms.trim_end().trim_end_matches(" -->") {
                    "only" => term.forms.clear(),
                    forms => term.forms.extend(forms.split(", ").map(str::to_owned)),
                }
            }
            _ => {}
        }
    }
    terms
}

/// The prose of a page, character by character with its place, and the terms linked on it.
#[derive(Default)]
struct Prose {
    text: Vec<(char, usize)>,
    /// The place of the first link to each entry.
    links: BTreeMap<String, usize>,
}

/// Where a reading of a page is: before, in, or after its first paragraph.
#[derive(PartialEq)]
enum Opening {
    ToCome,
    Here,
    Over,
}

/// Puts an end to what may be one form.
const GAP: char = '\u{0}';

impl Prose {
    fn of(page: &str) -> Prose {
        let mut prose = Prose::default();
        let (mut skipped, mut hidden) = (0, None);
        let mut opening = Opening::ToCome;
        for (event, range) in new_cmark_parser(page, &MarkdownOptions::default()).into_offset_iter() {
            match event {
                Event::Start(tag) => {
                    if let Tag::Link { dest_url, .. } = &tag
                        && let Some((GLOSSARY, entry)) = dest_url.trim_start_matches("../").split_once('#')
                    {
                        prose.links.entry(entry.to_owned()).or_insert(range.start);
                    }
                    skipped += u32::from(is_skipped(&tag));
                    if matches!(tag, Tag::Paragraph) && opening == Opening::ToCome && hidden.is_none() {
                        opening = Opening::Here;
                    }
                }
                Event::End(TagEnd::Paragraph) if opening == Opening::Here => opening = Opening::Over,
                Event::End(tag) => {
                    let ends_text = matches!(tag, TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell);
                    if ends_text {
                        prose.text.push((GAP, range.end));
                    }
                    skipped -= u32::from(ends_skipped(tag));
                }
                Event::Html(html) if hidden.is_none() => hidden = hides(&html),
                Event::Html(html) if hidden.is_some_and(|end| html.contains(end)) => hidden = None,
                _ if skipped > 0 || hidden.is_some() || opening == Opening::Here => {}
                Event::Text(_) => {
                    // The source, since the text has its escapes and entities resolved.
                    prose
                        .text
                        .extend(page[range.clone()].char_indices().map(|(at, c)| (c, range.start + at)));
                }
                Event::SoftBreak => prose.text.push((' ', range.start)),
                Event::Code(_) => prose.text.push((GAP, range.start)),
                _ => {}
            }
        }
        prose
    }

    /// The first use of each term, by its place in the list. Of two forms that begin at one place the longer one counts.
    fn first_uses(&self, terms: &[Term]) -> BTreeMap<usize, Range<usize>> {
        let mut uses = BTreeMap::new();
        let mut at = 0;
        while at < self.text.len() {
            let is_start = at == 0 || !is_word(self.text[at - 1].0);
            let forms =
                terms.iter().enumerate().flat_map(|(term, it)| it.forms.iter().map(move |form| (term, form)));
            let found = forms
                .filter(|(_, form)| is_start && self.has(at, form))
                .max_by_key(|(_, form)| form.chars().count());
            match found {
                Some((term, form)) => {
                    let last = at + form.chars().count() - 1;
                    let (c, start) = self.text[last];
                    uses.entry(term).or_insert(self.text[at].1..start + c.len_utf8());
                    at = last + 1;
                }
                None => at += 1,
            }
        }
        uses
    }

    fn has(&self, at: usize, form: &str) -> bool {
        // A name in capitals is spelled so; any other word may begin a sentence.
        let is_name = form.chars().skip(1).any(char::is_uppercase);
        let mut rest = self.text[at..].iter().map(|&(c, _)| c);
        let same = |wanted: char, c: char| wanted == c || !is_name && wanted.eq_ignore_ascii_case(&c);
        form.chars().all(|wanted| rest.next().is_some_and(|c| same(wanted, c)))
            && !rest.next().is_some_and(is_word)
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '(' | '/')
}

fn is_skipped(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::Link { .. } | Tag::Image { .. })
}

fn ends_skipped(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::Link | TagEnd::Image)
}

/// What ends the part of the page that begins here, if a reader does not see that part at once.
fn hides(html: &str) -> Option<&'static str> {
    let ends = [("<aside class=\"instructor\"", "</aside>"), ("<details", "</details>")];
    ends.into_iter().find(|(start, end)| html.contains(start) && !html.contains(end)).map(|(_, end)| end)
}

/// A first use that is no link.
struct Missing {
    page: String,
    text: String,
    entry: String,
    place: Range<usize>,
}

impl Missing {
    fn link(&self) -> String {
        let up = "../".repeat(self.page.matches('/').count());
        format!("[{}]({up}{GLOSSARY}#{})", &self.text[self.place.clone()], self.entry)
    }
}

fn missing(root: &Path) -> Vec<Missing> {
    let src = root.join("src");
    let glossary = fs::read_to_string(src.join(GLOSSARY)).expect("the glossary");
    let mut terms = terms(&glossary);
    assert!(!terms.is_empty(), "the glossary has no terms");
    let mut missing = vec![];
    for page in chapters(root) {
        let text = fs::read_to_string(src.join(&page)).expect("a page");
        let prose = Prose::of(&text);
        let uses = prose.first_uses(&terms);
        let mut seen = vec![];
        for (term, entry) in terms.iter().enumerate() {
            let linked = prose.links.get(&entry.anchor);
            let used = uses.get(&term);
            if linked.is_none() && used.is_none() {
                continue;
            }
            seen.push(term);
            // A link may stand in another form of the word than those that are looked for.
            let is_late = |place: &&Range<usize>| linked.is_none_or(|linked| *linked > place.start);
            if let Some(place) = used.filter(is_late) {
                missing.push(Missing {
                    page: page.clone(),
                    text: text.clone(),
                    entry: entry.anchor.clone(),
                    place: place.clone(),
                });
            }
        }
        for term in seen.into_iter().rev() {
            terms.remove(term);
        }
    }
    missing
}

/// The pages of the book up to its reference part, from SUMMARY.md.
fn chapters(root: &Path) -> Vec<String> {
    let book = MDBook::load(root).expect("a book").book;
    let parts = book.items.iter().take_while(
        |item| !matches!(item, mdbook_driver::book::BookItem::PartTitle(title) if title == REFERENCE),
    );
    let mut pages = vec![];
    for item in parts {
        let mut items = vec![item];
        while let Some(item) = items.pop() {
            if let mdbook_driver::book::BookItem::Chapter(chapter) = item {
                pages.extend(chapter.source_path.as_deref().and_then(Path::to_str).map(str::to_owned));
                items.extend(chapter.sub_items.iter().rev());
            }
        }
    }
    // The cover explains nothing, and links only to what a reader should press.
    pages.retain(|page| page != GLOSSARY && page != COVER);
    pages
}

fn unlinked(root: &Path) -> Vec<String> {
    let describe = |missing: Missing| {
        let line = missing.text[..missing.place.start].matches('\n').count() + 1;
        format!(
            "src/{}:{line}: the book's first {:?} has no link to its entry in the glossary: {}",
            missing.page,
            &missing.text[missing.place.clone()],
            missing.link()
        )
    };
    let mut problems: Vec<String> = missing(root).into_iter().map(describe).collect();
    if !problems.is_empty() {
        problems.push("(`GLOSSARY=link cargo test --test book glossary` sets these links)".to_owned());
    }
    problems
}

/// Sets every missing link.
fn set_links(root: &Path) {
    let mut by_page = BTreeMap::<String, Vec<Missing>>::new();
    for missing in missing(root) {
        by_page.entry(missing.page.clone()).or_default().push(missing);
    }
    for (page, mut missing) in by_page {
        let mut text = missing[0].text.clone();
        // From the end, so that the places before stay right.
        missing.sort_by_key(|missing| std::cmp::Reverse(missing.place.start));
        for missing in missing {
            text.replace_range(missing.place.clone(), &missing.link());
        }
        fs::write(root.join("src").join(page), text).expect("a page to write");
    }
}

#[test]
fn every_term_is_linked_where_it_is_first_used() {
    if std::env::var_os("GLOSSARY").is_some_and(|wish| wish == "link") {
        set_links(this_book());
    }
    assert_none(&unlinked(this_book()));
}

/// A book with a glossary of two plain terms, one that is a part of another, and one that means other things too.
fn with_a_glossary(page: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.write(
        "src/SUMMARY.md",
        "# Summary\n\n[Introduction](introduction.md)\n\n- [A page](part/page.md)\n\n# Reference\n\n- [Glossary](glossary.md)\n",
    );
    scratch.write(
        "src/glossary.md",
        "# Glossary\n\nfork\n: Text about a widget. <!-- forms: forked -->\n\nfork group\n: Text.\n\nSIGX\n: Text.\n\npage (of memory)\n: Text. <!-- forms: memory page -->\n",
    );
    scratch.append(PAGE, page);
    scratch
}

#[test]
fn a_first_use_without_a_link_is_found() {
    for (page, parts) in [
        (
            "\nTwo\nfork groups.\n",
            ["page.md:14", "\"fork groups\"", "[fork groups](../glossary.md#fork-group)"],
        ),
        ("\nIt forked.\n", ["page.md:13", "\"forked\"", "[forked](../glossary.md#fork)"]),
        ("\n- A SIGX\n", ["page.md:13", "\"SIGX\"", "[SIGX](../glossary.md#sigx)"]),
        ("\n| a | b |\n|---|---|\n| x | Fork |\n", ["page.md:15", "\"Fork\"", "[Fork](../glossary.md#fork)"]),
        (
            "\nA memory\npage.\n",
            ["page.md:13", "\"memory\\npage\"", "[memory\npage](../glossary.md#page-of-memory)"],
        ),
        ("\nA fork, and a [fork](../glossary.md#fork).\n", ["page.md:13", "\"fork\"", "#fork"]),
    ] {
        let scratch = with_a_glossary(page);
        let problems = unlinked(scratch.root());
        assert_one(&problems[..problems.len().min(1)], &parts);
        assert_eq!(problems.len(), 2, "{problems:#?}");
        set_links(scratch.root());
        assert_none(&unlinked(scratch.root()));
    }
}

#[test]
fn what_is_no_first_use_in_prose_needs_no_link() {
    for page in [
        "\nA [fork](../glossary.md#fork), then a fork.\n",
        "\nTo [forking](../glossary.md#fork) belongs a fork.\n",
        "\n## A fork\n\nAnother `fork`, and [a fork](page.md).\n",
        "\n<aside class=\"instructor\">\n\nA fork.\n\n</aside>\n",
        "\n<details>\n<summary>A fork</summary>\n\nA fork.\n\n</details>\n",
        "\nA page, forklift, vfork, pre-fork, fork(2), sigx and fork-like things.\n",
    ] {
        assert_none(&unlinked(with_a_glossary(page).root()));
    }
    // A page's first paragraph needs no link, and the next one does.
    let scratch = with_a_glossary("");
    scratch.write("src/introduction.md", "# Introduction\n\nA fork.\n");
    assert_none(&unlinked(scratch.root()));
    scratch.append("src/introduction.md", "\nThe fork.\n");
    let problems = unlinked(scratch.root());
    assert_one(&problems[..problems.len().min(1)], &["introduction.md:5", "\"fork\""]);
    // The introduction comes first, and is enough.
    let scratch = with_a_glossary("\nA fork.\n");
    scratch.append("src/introduction.md", "\nA [fork](glossary.md#fork).\n");
    assert_none(&unlinked(scratch.root()));
}
