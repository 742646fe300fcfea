//! On which page of a PDF a link arrives.
//!
//! This reads what Chromium writes, and no other PDF: each object is plain text, and the catalog has a list of all places that
//! links of the document name.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

/// The pages of the places that links name, from 1, and how many pages there are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Destinations {
    pub(crate) pages: BTreeMap<String, usize>,
    pub(crate) count: usize,
}

/// Reads them from a PDF of Chromium's.
///
/// # Errors
///
/// When it is not one.
pub(crate) fn destinations(pdf: &[u8]) -> Result<Destinations> {
    let text = String::from_utf8_lossy(pdf);
    let read = || {
        let catalog = &text[text.rfind("<</Type /Catalog")?..];
        let mut order = vec![];
        leaves(&text, reference(catalog, "/Pages ")?, &mut order);
        let mut pages = BTreeMap::new();
        if let Some(list) = reference(catalog, "/Dests ") {
            let list = object(&text, list)?.split_once("<<")?.1;
            for place in list.split(']') {
                let Some((name, page)) = place.split_once('[') else { continue };
                let name = name.trim().trim_start_matches('/').to_owned();
                let page: usize = page.split(' ').next()?.parse().ok()?;
                pages.insert(name, order.iter().position(|known| *known == page)? + 1);
            }
        }
        Some(Destinations { pages, count: order.len() })
    };
    read().context("Chromium has written a PDF in a form that this program does not know")
}

/// The pages below a node of the tree of pages, in their order.
fn leaves(text: &str, node: usize, order: &mut Vec<usize>) {
    let Some(object) = object(text, node) else { return };
    match object.split_once("/Kids [") {
        Some((_, kids)) => {
            let kids = kids.split(']').next().unwrap_or_default();
            let kids = kids.split('R').filter_map(|kid| kid.split_whitespace().next()?.parse().ok());
            kids.for_each(|kid| leaves(text, kid, order));
        }
        None => order.push(node),
    }
}

/// The number of the object that follows a key.
fn reference(text: &str, key: &str) -> Option<usize> {
    let (_, value) = text.split_once(key)?;
    value.split(' ').next()?.parse().ok()
}

fn object(text: &str, number: usize) -> Option<&str> {
    let (_, object) = text.split_once(&format!("\n{number} 0 obj"))?;
    object.split("endobj").next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_on_their_pages() {
        let pdf = "%PDF-1.4\n2 0 obj\n<</Type /Page>>\nendobj\n12 0 obj\n<</Type /Page>>\nendobj\n8 0 obj\n<</Type /Page>>\nendobj\n\
            14 0 obj\n<</Type /Pages\n/Count 2\n/Kids [12 0 R 8 0 R]>>\nendobj\n15 0 obj\n<</Type /Pages\n/Kids [2 0 R 14 0 R]>>\nendobj\n\
            16 0 obj\n<</x-1 [8 0 R /XYZ 6 826.2 0]\n/y [2 0 R /XYZ 6 8 0]>>\nendobj\n\
            17 0 obj\n<</Type /Catalog\n/Pages 15 0 R\n/Dests 16 0 R>>\nendobj\n";
        let expected = [("x-1".to_owned(), 3), ("y".to_owned(), 1)].into();
        assert_eq!(destinations(pdf.as_bytes()).expect("a PDF"), Destinations { pages: expected, count: 3 });
        assert!(destinations(b"%PDF-1.7 something else").is_err());
    }
}
