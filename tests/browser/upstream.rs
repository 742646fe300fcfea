//! What mdBook's own scripts expect of a page. This theme takes the place of mdBook's template and of some of its scripts,
//! and keeps the others, such as the search. What those call has to be there still, also after an upgrade of mdBook. So a stock
//! book is built beside one with this theme: each name and each id that only a replaced part of the stock book defines, and
//! that a kept script mentions, has to be defined by this theme. No browser is needed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use mdbook_driver::MDBook;

use crate::{gallery, site};

/// One page of a site, with the scripts that it loads at once or later.
struct Loaded {
    html: String,
    /// By their names without a hash, such as `book.js`.
    scripts: Vec<(String, String)>,
}

impl Loaded {
    fn read(folder: &Path, page: &str) -> Loaded {
        let html = fs::read_to_string(folder.join(page)).expect("a page");
        let names = html.split('"').filter(|name| name.ends_with(".js"));
        let names: BTreeSet<&str> = names.filter(|name| !name.starts_with("http")).collect();
        let script = |name: &str| {
            let text = fs::read_to_string(folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
            let (file, hash) = name.trim_end_matches(".js").rsplit_once('-').unwrap_or((name, ""));
            let is_hash = hash.len() == 8 && hash.chars().all(|one| one.is_ascii_hexdigit());
            (if is_hash { format!("{file}.js") } else { name.to_owned() }, text)
        };
        let scripts = names.into_iter().map(script).collect();
        Loaded { html, scripts }
    }

    /// The scripts in the page, each without what its lines are indented by.
    fn inline(&self) -> impl Iterator<Item = String> {
        let scripts = self.html.split("<script>").skip(1).filter_map(|rest| rest.split_once("</script>"));
        scripts.map(|(script, _)| {
            let lines = script.lines().filter(|line| !line.trim().is_empty());
            let indent = lines.clone().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
            lines.map(|line| format!("{}\n", &line[indent..])).collect()
        })
    }

    fn ids(&self) -> BTreeSet<String> {
        let ids = self.html.split("id=\"").skip(1).filter_map(|rest| rest.split_once('"'));
        ids.map(|(id, _)| id.to_owned()).collect()
    }
}

/// The names that a script defines for all other scripts.
fn defined(script: &str) -> BTreeSet<String> {
    const WORDS: [&str; 6] = ["async function ", "function ", "const ", "let ", "var ", "class "];
    let name = |rest: &str| rest.split(|one: char| !is_of_name(one)).next().map(str::to_owned);
    let top = script.lines().filter_map(|line| WORDS.iter().find_map(|word| line.strip_prefix(word)));
    let window = script.split("window.").skip(1).filter(|rest| {
        let after = rest.trim_start_matches(is_of_name).trim_start();
        after.starts_with('=') && !after.starts_with("==")
    });
    top.chain(window).filter_map(name).filter(|name| !name.is_empty()).collect()
}

fn is_of_name(one: char) -> bool {
    one.is_alphanumeric() || matches!(one, '_' | '$' | '-')
}

/// Whether a script has this word outside its comments. A property of something else than the window is another thing.
fn mentions(script: &str, word: &str) -> bool {
    let is_comment =
        |at: usize| script[..at].lines().next_back().is_some_and(|line| line.trim().starts_with("//"));
    script.match_indices(word).filter(|(at, _)| !is_comment(*at)).any(|(at, _)| {
        let (before, after) = (&script[..at], &script[at + word.len()..]);
        let is_property = before.ends_with('.') && !before.ends_with("window.");
        !is_property && !before.ends_with(is_of_name) && !after.starts_with(is_of_name)
    })
}

/// What the stock page has, this page lacks, and a kept script mentions.
fn missing(stock: &Loaded, ours: &Loaded, replaces: impl Fn(&str) -> bool) -> Vec<String> {
    // The index of the search is data, not a script of mdBook's.
    let is_kept = |name: &str| {
        !replaces(name) && name != "searchindex.js" && ours.scripts.iter().any(|(here, _)| here == name)
    };
    let (kept, replaced): (Vec<_>, Vec<_>) = stock.scripts.iter().partition(|(name, _)| is_kept(name));
    assert!(kept.iter().any(|(name, _)| name == "searcher.js"), "the search is mdBook's");
    let names = |inline: &Loaded, scripts: &mut dyn Iterator<Item = &String>| -> BTreeSet<String> {
        inline.inline().chain(scripts.cloned()).flat_map(|script| defined(&script)).collect()
    };
    let theirs = names(stock, &mut replaced.iter().map(|(_, text)| text));
    let here = names(ours, &mut ours.scripts.iter().map(|(_, text)| text));
    let (ids, ids_here) = (stock.ids(), ours.ids());
    let wanted = theirs.difference(&here).chain(ids.difference(&ids_here));
    let user = |wanted: &&String| kept.iter().find(|(_, text)| mentions(text, wanted)).map(|(name, _)| name);
    wanted.filter_map(|wanted| Some(format!("{} expects {wanted}", user(&wanted)?))).collect()
}

#[test]
fn what_mdbooks_scripts_expect_of_a_page_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("stock");
    MDBook::init(&root).build().and_then(|book| book.build()).expect("a stock book");
    let stock = Loaded::read(&root.join("book"), "index.html");
    let root = folder.path().join("ours");
    gallery::write(&root);
    site::build(&root, &folder.path().join("site"));
    let ours = Loaded::read(&folder.path().join("site"), "index.html");

    let theme = Path::new(env!("CARGO_MANIFEST_DIR")).join("theme");
    let replaces = |name: &str| theme.join(name).exists();
    assert_eq!(missing(&stock, &ours, replaces), [""; 0]);
    // Were the theme's scripts gone, this would be noticed.
    let bare = Loaded {
        scripts: stock.scripts.iter().filter(|(name, _)| !replaces(name)).cloned().collect(),
        ..ours
    };
    assert!(
        missing(&stock, &bare, replaces)
            .iter()
            .any(|wanted| wanted.contains("mdbook_something_else_has_focus"))
    );
}
