//! The links of the built site lead somewhere, and a page fetches nothing from elsewhere.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use percent_encoding::percent_decode_str;
use tempfile::TempDir;

use crate::scratch::{PAGE, Scratch, files};
use crate::{assert_none, assert_one, this_book};

/// Builds the book as for a host, then follows every link.
fn broken_links(root: &Path) -> Vec<String> {
    let dir = TempDir::with_prefix("site-").expect("a temporary folder");
    let site = dir.path().join("site");
    match book::build::write_site(root, &site) {
        Ok(()) => check_site(&site),
        Err(error) => vec![format!("there is no site: {error:#}")],
    }
}

fn check_site(site: &Path) -> Vec<String> {
    let relative =
        |file: &Path| file.strip_prefix(site).expect("a file of the site").to_string_lossy().into_owned();
    let all: BTreeSet<String> = files(site, "").iter().map(|file| relative(file)).collect();
    let pages: BTreeMap<String, Page> =
        files(site, ".html").iter().map(|file| (relative(file), Page::read(file))).collect();
    // mdBook writes an image twice, the second time to be looked at in full size.
    let mut problems = BTreeSet::new();
    for (name, page) in &pages {
        for link in &page.links {
            if let Err(problem) = follow(name, link, &all, &pages) {
                problems.insert(format!("{name}: <{} … \"{}\"> {problem}", link.element, link.target));
            }
        }
    }
    for style in files(site, ".css") {
        let name = relative(&style);
        for target in urls(&fs::read_to_string(&style).expect("a style sheet")) {
            let link = Link { element: "url".to_owned(), target, fetched: true };
            if let Err(problem) = follow(&name, &link, &all, &pages) {
                problems.insert(format!("{name}: url({}) {problem}", link.target));
            }
        }
    }
    problems.into_iter().collect()
}

fn follow(
    from: &str,
    link: &Link,
    all: &BTreeSet<String>,
    pages: &BTreeMap<String, Page>,
) -> Result<(), String> {
    let target = link.target.as_str();
    if target.starts_with("data:") || target.starts_with("mailto:") {
        return Ok(());
    }
    if target.starts_with("//") || target.starts_with("http:") || target.starts_with("https:") {
        return if link.fetched { Err("is fetched from elsewhere".to_owned()) } else { Ok(()) };
    }
    let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
    let path = decoded(path.split('?').next().unwrap_or(path));
    // A host shows the 404 page under any path, so mdBook gives it a base: the root of the site.
    let at_root = from == "404.html";
    let file = if path.is_empty() {
        from.to_owned()
    } else if path.starts_with('/') && !at_root {
        return Err("begins with a slash: it breaks where the site has a folder of its host".to_owned());
    } else {
        resolve(if at_root { "" } else { from }, &path).ok_or("leaves the site")?
    };
    let file = if file.is_empty() || file.ends_with('/') { file + "index.html" } else { file };
    if !all.contains(&file) {
        return Err("leads nowhere".to_owned());
    }
    match pages.get(&file) {
        Some(page) if !fragment.is_empty() && !page.ids.contains(&decoded(fragment)) => {
            Err(format!("leads to an anchor that {file} does not have"))
        }
        _ => Ok(()),
    }
}

/// A relative path, from the folder of `from`.
fn resolve(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.trim_start_matches('/').split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A path or a name as it is in a folder or on a page, from an address.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// What a style sheet fetches.
fn urls(style: &str) -> Vec<String> {
    let inner = style.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
    inner
        .map(|url| url.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|url| !url.starts_with('#'))
        .collect()
}

struct Link {
    element: String,
    target: String,
    /// The browser asks for it without a click.
    fetched: bool,
}

/// The links and anchors of a page.
#[derive(Default)]
struct Page {
    links: Vec<Link>,
    ids: BTreeSet<String>,
}

impl Page {
    fn read(file: &Path) -> Page {
        let html = fs::read_to_string(file).expect("a page");
        let queue = BufferQueue::default();
        queue.push_back(StrTendril::from(html));
        let tokenizer = Tokenizer::new(Collector::default(), TokenizerOpts::default());
        let _ = tokenizer.feed(&queue);
        tokenizer.end();
        tokenizer.sink.page.into_inner()
    }

    fn element(&mut self, name: &str, attributes: &BTreeMap<String, String>) {
        let attribute = |key: &str| attributes.get(key).cloned();
        self.ids.extend(attribute("id"));
        self.ids.extend(attribute("name").filter(|_| name == "a"));
        for key in ["href", "xlink:href", "src", "poster"] {
            let Some(target) = attribute(key) else { continue };
            let rel = attribute("rel").unwrap_or_default();
            let only_named =
                name == "a" || name == "base" || matches!(rel.as_str(), "canonical" | "license" | "author");
            if name != "base" {
                self.links.push(Link { element: name.to_owned(), target, fetched: !only_named });
            }
        }
    }
}

#[derive(Default)]
struct Collector {
    page: RefCell<Page>,
}

impl TokenSink for Collector {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else { return TokenSinkResult::Continue };
        if tag.kind == TagKind::EndTag {
            return TokenSinkResult::Continue;
        }
        let attributes = tag.attrs.iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect();
        self.page.borrow_mut().element(&tag.name, &attributes);
        // What looks like a tag in there is none.
        match &*tag.name {
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" => TokenSinkResult::RawData(RawKind::Rawtext),
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            _ => TokenSinkResult::Continue,
        }
    }
}

/// Paths in code of a document that tells people where to look, and that lead nowhere. A path with a placeholder is left out.
fn paths_to_nothing(root: &Path, document: &str) -> Vec<String> {
    let text = fs::read_to_string(root.join(document)).expect("a document");
    let code = text.split('`').skip(1).step_by(2);
    let paths = code.filter(|code| {
        let starts = ["chapters-code/", "src/", "tests/", "theme/", "tool/", "workshop/"];
        starts.iter().any(|start| code.starts_with(start)) && !code.contains(['<', '*', ' '])
    });
    let gone = paths.filter(|path| !path.starts_with("workshop/mine") && !root.join(path).exists());
    gone.map(|path| format!("{document} names `{path}`, which does not exist")).collect()
}

#[test]
fn documents_name_paths_that_exist() {
    let documents = [
        "README.md",
        "chapters-code/benchmarks/README.md",
        "src/contributing.md",
        "tests/README.md",
        "tool/README.md",
        "tool/supervisor/README.md",
        "workshop/README.md",
    ];
    let found: Vec<String> = documents.iter().flat_map(|name| paths_to_nothing(this_book(), name)).collect();
    assert_none(&found);
    let scratch = Scratch::new();
    scratch.write("README.md", "Look at `tool/gone/`, `src/part/page.md`, `tool/<name>` and `cargo run`.\n");
    assert_one(&paths_to_nothing(scratch.root(), "README.md"), &["`tool/gone/`, which does not exist"]);
}

#[test]
fn every_link_of_the_site_leads_somewhere() {
    assert_none(&broken_links(this_book()));
    assert_none(&broken_links(Scratch::new().root()));
}

#[test]
fn a_broken_link_is_found() {
    for (markdown, parts) in [
        ("[gone](gone.md)", ["part/page.html", "gone.html\"> leads nowhere"]),
        (
            "[gone](../introduction.md#nothing)",
            ["part/page.html", "an anchor that introduction.html does not have"],
        ),
        ("[here](#nothing)", ["part/page.html", "an anchor that part/page.html does not have"]),
        ("[out](../../etc)", ["part/page.html", "leaves the site"]),
        ("[root](/introduction.html)", ["part/page.html", "begins with a slash"]),
        ("![figure](figure.svg)", ["part/page.html", "<img … \"figure.svg\"> leads nowhere"]),
        ("<img src=\"https://elsewhere.example/x.png\" alt=\"\">", ["<img", "is fetched from elsewhere"]),
        ("<script src=\"//elsewhere.example/x.js\"></script>", ["<script", "is fetched from elsewhere"]),
    ] {
        let scratch = Scratch::new();
        scratch.append(PAGE, &format!("\n{markdown}\n"));
        // mdBook's copy of the first page repeats a problem.
        let problems = broken_links(scratch.root());
        let on_page: Vec<String> = problems.into_iter().filter(|p| p.starts_with("part/")).collect();
        assert_one(&on_page, &parts);
    }
}

#[test]
fn a_broken_style_is_found() {
    let dir = TempDir::with_prefix("site-").expect("a temporary folder");
    fs::write(dir.path().join("index.html"), "<p>ok").expect("a page");
    fs::write(dir.path().join("a.css"), "@font-face { src: url('gone.woff2') }").expect("a style sheet");
    assert_one(&check_site(dir.path()), &["a.css", "url(gone.woff2) leads nowhere"]);
    fs::write(dir.path().join("a.css"), "@import url(https://fonts.example/x.css)").expect("a style sheet");
    assert_one(&check_site(dir.path()), &["is fetched from elsewhere"]);
}

#[test]
fn links_that_work_are_followed() {
    let scratch = Scratch::new();
    scratch.append(
        PAGE,
        "\n[up](../introduction.md) [elsewhere](https://example.org/) [here](#greeting) [%](%70age.md)\n",
    );
    for page in [PAGE, "src/introduction.md"] {
        scratch.append(page, "\n[program](listing:sample/greet) [part](listing:sample/greet.py:greet)\n");
    }
    assert_none(&broken_links(scratch.root()));
}
