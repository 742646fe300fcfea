//! Links to listings: `[text](listing:crate/name)` leads to the place where the book first shows that listing.
//!
//! So a link stays right when a listing moves to another page. `listing:crate/name:anchor` leads to one part of it.

use std::collections::BTreeMap;
use std::path::Path;

use mdbook_markdown::pulldown_cmark::{Event, Tag};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use crate::page::directive::{Directive, Kind};

/// What such a link's target begins with.
const SCHEME: &str = "listing:";

/// Where the book shows its listings, each for the first time.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The page, as a path of the site's sources, by what is shown: `crate/name` or `crate/name:anchor`.
    pages: BTreeMap<String, String>,
    /// What is shown first of each listing, by its id.
    first: BTreeMap<String, String>,
}

impl Places {
    /// Adds the listing that a page shows. The pages come in the order of the book.
    pub fn add(&mut self, directive: &Directive<'_>, page: &str) {
        if directive.kind == Kind::Listing {
            let shown = shown(directive);
            self.first.entry(directive.id.to_owned()).or_insert_with(|| shown.clone());
            self.pages.entry(shown).or_insert_with(|| page.to_owned());
        }
    }

    /// The name that a link to this directive's figure uses, if `page` is where the book shows it first.
    pub fn name(&self, directive: &Directive<'_>, page: &Path) -> Option<String> {
        let shown = shown(directive);
        let here = self.pages.get(&shown).is_some_and(|first| Path::new(first) == page);
        here.then(|| name(&shown))
    }

    /// The listings, each with the page that shows it first, and the name that a link to it uses there.
    pub fn listings(&self) -> impl Iterator<Item = (&str, &str, String)> {
        self.first.iter().map(|(id, shown)| (id.as_str(), self.pages[shown].as_str(), name(shown)))
    }

    /// The address of what `wanted` names, for a link on `page`; nothing if no page shows it.
    fn address(&self, wanted: &str, page: &Path) -> Option<String> {
        let shown = if self.pages.contains_key(wanted) { wanted } else { self.first.get(wanted)? };
        let place = self.pages.get(shown)?;
        if Path::new(place) == page {
            return Some(format!("#{}", name(shown)));
        }
        let up = "../".repeat(page.components().count().saturating_sub(1));
        // mdBook makes a folder's README its index, and leaves links to it as they are.
        let place = place.replace("README.md", "index.md");
        Some(format!("{up}{place}#{}", name(shown)))
    }

    /// The page with its links to listings resolved. `unknown` says what is wrong with an id that no listing has.
    ///
    /// # Errors
    ///
    /// All links that cannot be resolved, each with its line, counted from 1, and a sentence for the author.
    pub fn resolve(
        &self,
        text: &str,
        page: &Path,
        unknown: impl Fn(&str) -> Option<String>,
    ) -> Result<String, Vec<(usize, String)>> {
        let (mut resolved, mut done, mut problems) = (String::with_capacity(text.len()), 0, vec![]);
        for (event, range) in new_cmark_parser(text, &MarkdownOptions::default()).into_offset_iter() {
            let Event::Start(Tag::Link { dest_url, .. }) = event else { continue };
            let Some(wanted) = dest_url.strip_prefix(SCHEME) else { continue };
            let line = text[..range.start].matches('\n').count() + 1;
            let written = format!("]({SCHEME}{wanted})");
            let id = wanted.split(':').next().unwrap_or(wanted);
            match (text[range.clone()].rfind(&written), self.address(wanted, page)) {
                (Some(at), Some(address)) => {
                    resolved.push_str(&text[done..range.start + at]);
                    resolved.push_str(&format!("]({address})"));
                    done = range.start + at + written.len();
                }
                (None, _) => problems.push((line, format!("write the link as `[text]({SCHEME}{wanted})`"))),
                (_, None) => {
                    let problem = unknown(id).unwrap_or_else(|| format!("no page shows `{wanted}`"));
                    problems.push((line, problem));
                }
            }
        }
        resolved.push_str(&text[done..]);
        if problems.is_empty() { Ok(resolved) } else { Err(problems) }
    }
}

/// A text of the page `from`, its relative links changed so that they lead to the same from the page `to`.
pub fn moved(text: &str, from: &Path, to: &Path) -> String {
    let up = "../".repeat(to.components().count().saturating_sub(1));
    let (mut moved, mut done) = (String::with_capacity(text.len()), 0);
    for (event, range) in new_cmark_parser(text, &MarkdownOptions::default()).into_offset_iter() {
        let Event::Start(Tag::Link { dest_url, .. }) = event else { continue };
        let written = format!("]({dest_url})");
        let Some(at) = text[range.clone()].rfind(&written).filter(|_| !dest_url.contains(':')) else {
            continue;
        };
        let (path, part) = dest_url.split_at(dest_url.find('#').unwrap_or(dest_url.len()));
        let mut target = if path.is_empty() { from.to_owned() } else { from.with_file_name("") };
        for step in Path::new(path) {
            if step == ".." {
                target.pop();
            } else {
                target.push(step);
            }
        }
        moved.push_str(&text[done..range.start + at]);
        moved.push_str(&format!("]({up}{}{part})", target.display()));
        done = range.start + at + written.len();
    }
    moved + &text[done..]
}

fn shown(directive: &Directive<'_>) -> String {
    match directive.anchor {
        Some(anchor) => format!("{}:{anchor}", directive.id),
        None => directive.id.to_owned(),
    }
}

/// The figure's `id`.
fn name(shown: &str) -> String {
    format!("listing-{}", shown.replace(|c: char| !c.is_ascii_alphanumeric() && c != '_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::directive::{self, Line};

    fn places(pages: &[(&str, &str)]) -> Places {
        let mut places = Places::default();
        for (page, line) in pages {
            let Ok(Line::Directive(directive)) = directive::read(line) else { panic!("{line}") };
            places.add(&directive, page);
        }
        places
    }

    fn resolve(text: &str) -> Result<String, Vec<(usize, String)>> {
        let places = places(&[
            ("a/one.md", "{{#listing x/program:part}}"),
            ("a/one.md", "{{#listing x/program}}"),
            ("two.md", "{{#listing x/program}}"),
            ("two.md", "{{#listing x/other.py}}"),
            ("b/README.md", "{{#listing x/listed}}"),
            ("two.md", "{{#output x/unseen}}"),
        ]);
        let unknown = |id: &str| (id != "x/unseen").then(|| format!("there is no listing `{id}`"));
        places.resolve(text, Path::new("a/one.md"), unknown)
    }

    #[test]
    fn a_link_leads_to_the_first_place() {
        for (link, resolved) in [
            ("listing:x/program", "#listing-x-program"),
            ("listing:x/program:part", "#listing-x-program-part"),
            ("listing:x/other.py", "../two.md#listing-x-other-py"),
            ("listing:x/listed", "../b/index.md#listing-x-listed"),
            ("../two.md", "../two.md"),
        ] {
            let text = format!("See\n[`this`]({link}), and ([that]({link})).\n");
            let expected = format!("See\n[`this`]({resolved}), and ([that]({resolved})).\n");
            assert_eq!(resolve(&text), Ok(expected));
        }
    }

    #[test]
    fn only_parts_of_a_listing_may_be_shown() {
        let places = places(&[("one.md", "{{#listing x/program:part}}")]);
        let resolved = places.resolve("[it](listing:x/program)", Path::new("two.md"), |_| None);
        assert_eq!(resolved.as_deref(), Ok("[it](one.md#listing-x-program-part)"));
    }

    #[test]
    fn code_is_left_alone() {
        let text = "`[a](listing:x/gone)`\n\n```text\n[a](listing:x/gone)\n```\n";
        assert_eq!(resolve(text).as_deref(), Ok(text));
    }

    #[test]
    fn what_leads_nowhere_is_named() {
        let problems = resolve("\n[a](listing:x/gone)\n[b](listing:x/unseen) [c](listing:x/program:gone)\n");
        let expected = [
            (2, "there is no listing `x/gone`"),
            (3, "no page shows `x/unseen`"),
            (3, "there is no listing `x/program`"),
        ];
        let problems = problems.expect_err("three of them");
        assert_eq!(problems.len(), 3, "{problems:?}");
        for ((line, problem), (wanted, part)) in problems.iter().zip(expected) {
            assert!(*line == wanted && problem.contains(part), "{problems:?}");
        }
        let problems = resolve("[a][b]\n\n[b]: listing:x/program\n").expect_err("not inline");
        assert_eq!(problems, [(1, "write the link as `[text](listing:x/program)`".to_owned())]);
    }

    #[test]
    fn a_text_that_moves_takes_its_links_along() {
        for (from, to) in [
            ("two.md#x", "../a/two.md#x"),
            ("#x", "../a/one.md#x"),
            ("../b/two.md", "../b/two.md"),
            ("../top.md", "../top.md"),
            ("listing:x/y", "listing:x/y"),
            ("https://a.example/b#c", "https://a.example/b#c"),
        ] {
            let text = moved(
                &format!("See [`a`]({from}), [b]({from}).\n"),
                Path::new("a/one.md"),
                Path::new("c/d.md"),
            );
            assert_eq!(text, format!("See [`a`]({to}), [b]({to}).\n"));
        }
    }

    #[test]
    fn a_figure_is_named_where_it_is_first() {
        let places = places(&[("a.md", "{{#listing x/program}}"), ("b.md", "{{#listing x/program}}")]);
        let Ok(Line::Directive(directive)) = directive::read("{{#listing x/program}}") else {
            panic!("it is one")
        };
        assert_eq!(places.name(&directive, Path::new("a.md")).as_deref(), Some("listing-x-program"));
        assert_eq!(places.name(&directive, Path::new("b.md")), None);
    }
}
