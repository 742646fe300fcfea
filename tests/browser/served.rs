//! This book, served by `book serve`, so that its listings can be run.

use std::process::{Child, Command};
use std::sync::OnceLock;

use crate::chromium::{self, Chromium, guarded, says};
use crate::page::Page;
use crate::site::Site;

/// A server, which ends with the tests, or with this value if that is dropped before.
struct Server {
    site: &'static Site,
    /// The query that holds the key.
    key: String,
    guard: Child,
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
        let site = Box::leak(Box::new(Site::elsewhere(&format!("http://{host}"))));
        Server { site, key: format!("?{key}"), guard }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// A tab on a server.
pub(crate) struct Served {
    pub(crate) page: Page,
    key: String,
    _own: Option<Server>,
}

impl Served {
    /// A tab on the server that tests share. `None` where no browser is.
    pub(crate) fn shared() -> Option<Served> {
        static SHARED: OnceLock<Server> = OnceLock::new();
        let chromium = chromium::shared()?;
        let server = SHARED.get_or_init(|| Server::start(chromium));
        Some(Served { page: Page::new((chromium, server.site)), key: server.key.clone(), _own: None })
    }

    /// A tab on a server of its own, of which the browser has no cookie. `None` where no browser is.
    pub(crate) fn alone() -> Option<Served> {
        let chromium = chromium::shared()?;
        let server = Server::start(chromium);
        let page = Page::new((chromium, server.site));
        Some(Served { page, key: server.key.clone(), _own: Some(server) })
    }

    /// Opens a page with the key, as the browser is opened.
    pub(crate) fn open(&mut self, path: &str) {
        self.page.go(&format!("{path}{}", self.key));
        self.page.until("document.querySelector('.run-controls > button')");
    }
}
