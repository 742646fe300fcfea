//! Each page of the gallery and of the book, once. Thoroughly are looked at the gallery's components, and some of the book's.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use supervisor::share::full;

use crate::chromium::Chromium;
use crate::gallery;
use crate::page::{Page, reader};
use crate::properties::Visit;
use crate::share::Share;
use crate::site::Site;

/// How many tabs look at pages at once.
const TABS: usize = 2;

/// Looks at all pages of a site, those thoroughly that `thoroughly` names.
fn visit(
    reader: (&'static Chromium, &'static Site),
    thoroughly: impl Fn(&str) -> bool + Sync,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let pages = &reader.1.pages;
    let work = || {
        let mut visit = Visit::new(Page::new(reader));
        let mut found = vec![];
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(path) = pages.get(at) else { return found };
            found.extend(visit.look(path, thoroughly(path)));
        }
    };
    thread::scope(|scope| {
        let tabs: Vec<_> = (0..TABS).map(|_| scope.spawn(work)).collect();
        tabs.into_iter().flat_map(|tab| tab.join().expect("a tab looks at its pages")).collect()
    })
}

#[test]
fn every_page_of_the_gallery_is_as_it_should_be() {
    let Some(reader) = gallery::reader() else { return };
    let found = visit(reader, |path| full() || !gallery::is_hard_case(path));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_page_of_the_book_is_as_it_should_be() {
    let Some(reader) = reader() else { return };
    let share = Share::of_this_commit();
    let found = visit(reader, |path| share.has(path));
    assert!(found.is_empty(), "{}", found.join("\n"));
}
