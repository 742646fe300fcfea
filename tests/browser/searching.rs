//! The search: what it finds for twenty queries as readers type them, its keys, and links to it.

use serde_json::{Value, json};

use crate::gallery::{self, CHAPTER};
use crate::page::{Page, reader};

/// What the index may weigh, compressed as hosts do. It is loaded when a reader opens the search.
const WEIGHT: u64 = 400_000;
/// How many queries have to find the right page before all others. All have to find it among the first three.
const FIRST: usize = 27;

const OPEN: &str = "document.getElementById('search').open";
const FOCUSED: &str = "document.activeElement.id || document.activeElement.getAttribute('class') || ''";
/// The path and the place of each result, in groups of one page.
const FOUND: &str = "[...document.querySelectorAll('#search-results > li')].map(group =>
    [...group.querySelectorAll('a')].map(link => new URL(link.href).pathname.slice(1) + new URL(link.href).hash))";

/// Queries, and where they should lead: to a page, or to a place on it.
const QUERIES: [(&str, &[&str]); 31] = [
    ("zombie", &["process-based-parallelism/waiting/wait-for-all.html#see-a-zombie"]),
    ("fork with threads", &["errors/fork-with-threads.html"]),
    ("shared memory", &["sharing/named-memory.html", "sharing/a-table-without-a-copy.html"]),
    ("daemon", &["process-based-parallelism/daemon/index.html"]),
    ("cpu count", &["process-based-parallelism/process-class/look-it-up.html#how-many-cpus"]),
    ("sigkill", &["glossary.html#sigkill"]),
    ("Queue", &["sharing/queues.html", "sharing/inside-the-queue.html"]),
    (
        "start method",
        &[
            "process-based-parallelism/start-method/index.html",
            "process-based-parallelism/start-method/choose-a-start-method.html",
        ],
    ),
    ("pidfd", &["glossary.html#pidfd"]),
    ("deadlock", &["locks/deadlock.html"]),
    (
        "how to kill child",
        &["process-based-parallelism/process-class/how-a-process-ends.html#kill-a-process-by-its-pid"],
    ),
    (
        "SIGTERM ignored",
        &[
            "process-based-parallelism/waiting/end-a-process.html",
            "process-based-parallelism/daemon/keep-its-work-whole.html#a-daemon-that-ignores-the-signal",
        ],
    ),
    ("copy on write", &["glossary.html#copy-on-write"]),
    ("join timeout", &["process-based-parallelism/waiting/wait-with-a-deadline.html"]),
    (
        "timeout",
        &[
            "process-based-parallelism/waiting/wait-with-a-deadline.html",
            "process-based-parallelism/waiting-for-the-first/race-and-end-the-losers.html#a-deadline-for-all-of-them",
        ],
    ),
    ("exit code", &["process-based-parallelism/process-class/how-a-process-ends.html"]),
    (
        "return value from process",
        &["process-based-parallelism/process-class/pass-arguments.html#return-a-value-from-a-process"],
    ),
    ("panic in child", &["errors/panicked.html"]),
    (
        "orphan process",
        &[
            "process-based-parallelism/daemon/under-the-hood.html#who-adopts-an-orphan",
            "process-based-parallelism/daemon/when-the-parent-dies.html#the-parent-is-killed",
        ],
    ),
    ("multiprocessing.Pool", &["pool/index.html", "from-python.html#pools-of-processes"]),
    ("output of many children", &["questions.html#how-do-i-keep-the-output-of-many-children-apart"]),
    ("progress", &["questions.html#how-does-a-child-report-its-progress", "pool/show-progress.html"]),
    ("second message", &["questions.html#how-do-i-send-a-child-a-second-message"]),
    ("log", &["questions.html#how-do-i-log-from-a-child"]),
    (
        "memory of a child",
        &[
            "questions.html#how-much-memory-does-a-child-need",
            "measurements.html#memory-of-a-child-that-sleeps",
        ],
    ),
    ("cargo test", &["questions.html#does-it-work-in-cargo-test"]),
    ("tokio", &["questions.html#does-it-work-under-tokio"]),
    ("musl", &["questions.html#does-it-work-on-macos-on-windows-or-with-musl"]),
    ("docker stop", &["questions.html#why-does-docker-stop-take-ten-seconds"]),
    ("gdb", &["questions.html#how-do-i-debug-a-child-with-gdb"]),
    ("waitpid", &["glossary.html#waitpid"]),
];

/// Types a query into the search, which is open, and waits for what it finds.
fn search_for(page: &mut Page, query: &str) {
    page.until("document.activeElement.id === 'search-field'");
    page.eval("document.activeElement.select()");
    for letter in query.chars() {
        page.press(&letter.to_string());
    }
    page.until(&format!("document.getElementById('search-status').textContent.endsWith(': {query}')"));
}

/// Waits until the tab has gone to a page whose address has this part.
fn arrive(page: &mut Page, part: &str) {
    let address = |event: &Value| event["params"]["frame"]["url"].as_str().unwrap_or_default().to_owned();
    while !address(&page.cdp.wait_for("Page.frameNavigated")).contains(part) {}
    page.until("document.readyState === 'complete'");
}

/// Where in the results the page is that a query should lead to, from 0.
fn place(found: &Value, wanted: &[&str]) -> Option<usize> {
    let is_wanted = |link: &Value| {
        let link = link.as_str().expect("a link");
        wanted.iter().any(|wanted| link == *wanted || link.split('#').next() == Some(wanted))
    };
    let groups = found.as_array().expect("groups");
    groups.iter().position(|group| group.as_array().expect("links").iter().any(is_wanted))
}

#[test]
fn queries_find_the_right_page() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.go("/glossary.html");
    page.press("/");
    let mut first = 0;
    let mut problems = vec![];
    for (query, wanted) in QUERIES {
        for address in wanted {
            let (path, id) = address.split_once('#').unwrap_or((address, ""));
            let html = String::from_utf8_lossy(page.site.file(&format!("/{path}"))).into_owned();
            assert!(html.contains(&format!("id=\"{id}\"")) || id.is_empty(), "{address} is not in the book");
        }
        search_for(&mut page, query);
        let found = page.eval(FOUND);
        match place(&found, wanted) {
            Some(0) => first += 1,
            Some(1 | 2) => problems.push(format!("{query}: not first in {found}")),
            _ => panic!("{query} does not lead to {wanted:?} but to {found}"),
        }
        assert!(found.as_array().expect("groups").len() <= 8, "{query} finds too much: {found}");
    }
    assert!(first >= FIRST, "only {first} find the right page first: {}", problems.join("\n"));
    let index = "document.getElementById('search').dataset.index";
    let weight = page.eval(&format!(
        "fetch({index}).then(answer => new Response(answer.body.pipeThrough(new CompressionStream('gzip'))).arrayBuffer())
            .then(bytes => bytes.byteLength)"
    ));
    let weight = weight.as_u64().expect("a size");
    assert!((20_000..WEIGHT).contains(&weight), "the index weighs {weight} bytes");
}

#[test]
fn all_words_are_required_and_an_errors_message_finds_its_page() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.go("/glossary.html");
    page.press("/");
    search_for(&mut page, "zombie unicorn");
    assert_eq!(page.eval(FOUND), json!([]));
    assert_eq!(
        page.text("document.getElementById('search-status').textContent"),
        "No page has all of these words: zombie unicorn"
    );
    search_for(&mut page, "panicked at");
    assert_eq!(place(&page.eval(FOUND), &["errors/panicked.html"]), Some(0));
    search_for(&mut page, "child.join_timeout");
    assert!(
        place(&page.eval(FOUND), &["process-based-parallelism/waiting/wait-with-a-deadline.html"]).is_some()
    );
    search_for(&mut page, "three_at_once");
    let program =
        "process-based-parallelism/process-class/several-at-once.html#listing-process-class-three_at_once";
    assert!(place(&page.eval(FOUND), &[program]).is_some());
}

#[test]
fn it_opens_and_closes_by_key_as_often_as_one_likes() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go(CHAPTER);
    assert!(!page.requests().iter().any(|url| url.contains("search-index")), "loaded before it is wanted");
    page.eval("document.querySelector('.clip-button').focus()");
    for (key, query) in [("s", "exercise"), ("/", "tuple"), ("s", "chapter"), ("s", "tuple::target")] {
        page.press(key);
        search_for(&mut page, query);
        assert!(place(&page.eval(FOUND), &[CHAPTER.trim_start_matches('/')]).is_some(), "{query} is there");
        page.press("Escape");
        assert!(!page.holds(OPEN), "Escape closes it");
        assert_eq!(page.text(FOCUSED), "clip-button", "the focus returns");
    }
    // Through its results and back.
    page.press("s");
    search_for(&mut page, "process");
    let chosen = "[...document.querySelectorAll('#search-results a')].indexOf(document.activeElement)";
    for (key, at) in [("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", -1), ("ArrowDown", 0)] {
        page.press(key);
        assert_eq!(page.eval(chosen), json!(at), "{key}");
    }
    page.press("ArrowRight");
    assert!(page.holds(OPEN) && page.location() == CHAPTER, "in the search an arrow turns no page");
    page.press("Escape");
    assert!(!page.holds(OPEN));
    // By its button, and closed by another.
    page.click("#mdbook-search-toggle");
    assert!(page.holds(OPEN));
    page.click("#search-close");
    assert!(!page.holds(OPEN));
    // What else has keys has them still.
    page.press("?");
    page.until("document.querySelector('dialog[open]')");
    page.press("s");
    assert!(!page.holds(OPEN), "in the help a letter is no shortcut");
    page.press("Escape");
    page.until("!document.querySelector('dialog[open]')");
    page.eval("document.getElementById('mdbook-theme-toggle').focus()");
    page.press("Enter");
    page.press("s");
    assert!(!page.holds(OPEN), "nor is it in the menu");
    page.press("Escape");
    assert_eq!(page.troubles(), [""; 0]);
}

#[test]
fn a_result_is_opened_by_key_and_back_leads_to_the_results() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go(CHAPTER);
    for (steps, query) in [(0, "tuple"), (2, "process")] {
        page.press("/");
        search_for(&mut page, query);
        let links =
            "[...document.querySelectorAll('#search-results a')].map(link => new URL(link.href).pathname)";
        let links = page.eval(links);
        for _ in 0..steps {
            page.press("ArrowDown");
        }
        page.press("Enter");
        arrive(&mut page, "?highlight=");
        let at = if steps == 0 { 0 } else { steps - 1 };
        assert_eq!(json!(page.location()), links[at]);
        // Its words are marked.
        page.until("[...CSS.highlights.get('searched') ?? []].length > 0");
        page.leave("history.back()");
        arrive(&mut page, "?search=");
        page.until(&format!("document.getElementById('search-status').textContent.endsWith(': {query}')"));
        assert!(page.holds(OPEN) && page.location() == CHAPTER);
        page.press("Escape");
        // A dialog says that it was closed in a task of its own.
        page.until("location.search === ''");
    }
    assert_eq!(page.troubles(), [""; 0]);
}

#[test]
fn a_link_to_a_search_moves_nothing() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.cdp.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": "window.shifts = [];
            new PerformanceObserver(list => shifts.push(...list.getEntries().map(entry => [entry.value,
                ...entry.sources.map(source => (source.node?.outerHTML ?? '').slice(0, 80))])))
                .observe({ type: 'layout-shift', buffered: true })" }),
    );
    for width in [360, 1280] {
        page.width(width);
        page.go("/short.html?search=process");
        page.until("document.querySelector('#search-results a')");
        page.eval("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        let moved = page.eval("shifts.reduce((sum, [value]) => sum + value, 0)").as_f64().expect("a number");
        assert!(moved <= 0.02, "at {width} pixels the page moves by {moved}: {}", page.eval("shifts"));
    }
}

#[test]
fn it_works_from_a_folder() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let folder = reader.0.folder.join("gallery-site");
    page.cdp.call("Page.navigate", json!({ "url": format!("file://{}{CHAPTER}", folder.display()) }));
    arrive(&mut page, CHAPTER);
    page.press("/");
    search_for(&mut page, "tuple");
    page.press("Enter");
    arrive(&mut page, "?highlight=tuple");
    page.until("[...CSS.highlights.get('searched') ?? []].length > 0");
    page.leave("history.back()");
    arrive(&mut page, "?search=tuple");
    page.until(OPEN);
}
