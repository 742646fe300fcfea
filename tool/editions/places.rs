//! Where the places of the site are in an edition.

use std::collections::{BTreeMap, BTreeSet};

use crate::editions::dom::{Element, Node};
use crate::editions::page::BOOK;

/// The files of an edition with the places in them, by their addresses on the site.
#[derive(Debug, Default)]
pub(crate) struct Places {
    at: BTreeMap<String, Place>,
    taken: BTreeSet<Place>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    file: String,
    id: String,
}

impl Places {
    /// Has an address of the site lead to a place of the edition that no page is.
    pub(crate) fn lead(&mut self, address: &str, file: &str, id: &str) {
        let place = Place { file: file.to_owned(), id: id.to_owned() };
        self.taken.insert(place.clone());
        self.at.insert(address.to_owned(), place);
    }

    /// Enters the ids of a text that goes into this file, and gives each a name that XML allows.
    pub(crate) fn enter(&mut self, file: &str, text: &mut Element) {
        text.walk_mut(&mut |element| {
            let Some(address) = element.attribute("id").map(str::to_owned) else { return };
            let id = self.free(file, address.split_once('#').map_or("top", |(_, id)| id));
            element.set("id", &id);
            self.lead(&address, file, &id);
        });
    }

    /// An id for this file that no other element has.
    fn free(&self, file: &str, wanted: &str) -> String {
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let mut name: String = wanted.chars().map(|c| if known(c) { c } else { '-' }).collect();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            name.insert_str(0, "p-");
        }
        let ids = (1..).map(|n| if n == 1 { name.clone() } else { format!("{name}-{n}") });
        let is_free = |id: &String| !self.taken.contains(&Place { file: file.to_owned(), id: id.clone() });
        ids.into_iter().find(is_free).expect("one of them is free")
    }

    /// The address of a place on the site, from this file. `None` if the edition does not have it.
    pub(crate) fn address(&self, from: &str, address: &str) -> Option<String> {
        let page = address.split_once('#').map_or(address, |(page, _)| page);
        let place = self.at.get(address).or_else(|| self.at.get(page))?;
        if place.file == from {
            return Some(format!("#{}", place.id));
        }
        let up = "../".repeat(from.matches('/').count());
        Some(format!("{up}{}#{}", place.file, place.id))
    }

    /// Has the links of a text in this file lead to where the edition has what they name. What it does not have, the site has;
    /// without the site's address, such a link is only text.
    pub(crate) fn link(&self, file: &str, text: &mut Element, site: Option<&str>) {
        text.walk_mut(&mut |element| {
            for name in ["href", "xlink:href"] {
                let Some(address) = element.attribute(name).and_then(|link| link.strip_prefix(BOOK)) else {
                    continue;
                };
                let on_site = || site.map(|site| format!("{}/{address}", site.trim_end_matches('/')));
                match self.address(file, address).or_else(on_site) {
                    Some(link) => element.set(name, &link),
                    None => element.attributes.retain(|(known, _)| known != name),
                }
            }
        });
        // Below a program, the word that leads to its source says nothing without the link.
        let leads_nowhere = |node: &Node| matches!(node, Node::Element(link) if link.has_class("source") && link.attribute("href").is_none());
        text.walk_mut(&mut |element| element.children.retain(|child| !leads_nowhere(child)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_edition_first_and_then_to_the_site() {
        let mut places = Places::default();
        let text = |id: &str| Element::new("section", &[("id", id)], vec![]);
        for (file, id) in
            [("a/b.xhtml", "a/b.html"), ("a/b.xhtml", "a/b.html#1 x"), ("a/b.xhtml", "a/c.html#1-x")]
        {
            places.enter(file, &mut text(id));
        }
        let site = Some("https://example.org/book/");
        for (file, link, site, expected) in [
            ("a/b.xhtml", "book:a/b.html", site, Some("#top")),
            ("d.xhtml", "book:a/b.html#1 x", site, Some("a/b.xhtml#p-1-x")),
            ("e/f.xhtml", "book:a/c.html#1-x", site, Some("../a/b.xhtml#p-1-x-2")),
            ("d.xhtml", "book:a/b.html#gone", site, Some("a/b.xhtml#top")),
            ("d.xhtml", "book:other.html#x", site, Some("https://example.org/book/other.html#x")),
            ("d.xhtml", "book:other.html", None, None),
            ("d.xhtml", "https://example.org/", None, Some("https://example.org/")),
        ] {
            let mut link_element = Element::new("a", &[("href", link)], vec![]);
            places.link(file, &mut link_element, site);
            assert_eq!(link_element.attribute("href"), expected, "{link} from {file}");
        }
    }
}
