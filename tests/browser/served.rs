//! This book, served by `book serve`, so that its listings can be run.

use std::process::{Child, Command};
use std::sync::OnceLock;

use crate::chromium::{self, Chromium, guarded, says};
use crate::page::Page;
use crate::site::Site;

/// A server, which ends with the tests.
struct Server {
    site: Site,
    /// The query that holds the key.
    key: String,
    _guard: Child,
}

impl Server {
    fn start(chromium: &Chromium) -> Server {
        let mut program = Command::new("sh");
        // The guard hears standard error only.
        program.args(["-c", "cd \"$0\" && exec \"$@\" >&2", env!("CARGO_MANIFEST_DIR")]);
        program.args([env!("CARGO_BIN_EXE_book"), "serve", "--no-open", "--port", "0"]);
        let mut guard = guarded(&program, &chromium.folder.join("served"));
        let (address, _) = says(&mut guard, "http://");
        let (host, key) = address.split_once("/?").expect("an address with a key");
        Server { site: Site::elsewhere(&format!("http://{host}")), key: format!("?{key}"), _guard: guard }
    }
}

/// A tab on the server. It has no cookie until it opens a page with the key.
pub(crate) struct Served {
    pub(crate) page: Page,
    key: &'static str,
}

impl Served {
    /// A tab on the server that all tests share. `None` where no browser is.
    pub(crate) fn new() -> Option<Served> {
        static SHARED: OnceLock<Server> = OnceLock::new();
        let chromium = chromium::shared()?;
        let server = SHARED.get_or_init(|| Server::start(chromium));
        Some(Served { page: Page::new((chromium, &server.site)), key: &server.key })
    }

    /// Opens a page with the key, as the browser is opened.
    pub(crate) fn open(&mut self, path: &str) {
        self.page.go(&format!("{path}{}", self.key));
        self.page.until("document.querySelector('.run-controls > button')");
    }
}
