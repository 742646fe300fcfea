//! This book, served by `book serve`, so that its listings can be run.

use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::spawn;
use std::time::Duration;

use crate::chromium::{self, Chromium, guarded, says};
use crate::page::Page;
use crate::site::Site;

/// How long the server may take to print an address after the last one has been used.
const PRINTED: Duration = Duration::from_secs(60);

/// A server, which ends with the tests, or with this value if that is dropped before.
struct Server {
    site: &'static Site,
    /// What it prints after `http://` to open a browser with. Each is good once, and then the next one comes.
    addresses: Mutex<Receiver<String>>,
    guard: Child,
}

impl Server {
    fn start(chromium: &Chromium, port: u16) -> Server {
        let mut program = Command::new("sh");
        // The guard hears standard error only.
        program.args(["-c", "cd \"$0\" && exec \"$@\" >&2", env!("CARGO_MANIFEST_DIR")]);
        program.args([env!("CARGO_BIN_EXE_book"), "serve", "--no-open", "--port", &port.to_string()]);
        let mut guard = guarded(&program, &chromium.folder.join(format!("served-{port}")));
        let (sender, addresses) = channel();
        let (address, more) = says(&mut guard, "http://");
        let (host, _) = address.split_once('/').expect("an address with a path");
        let site = Box::leak(Box::new(Site::elsewhere(&format!("http://{host}"))));
        sender.send(address).expect("the receiver is here");
        spawn(move || more.into_iter().try_for_each(|address| sender.send(address)));
        Server { site, addresses: Mutex::new(addresses), guard }
    }

    /// Opens the browser with the address that was printed last, and waits until it has gone on to the book.
    fn enter(&self, page: &mut Page) {
        let addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let address = addresses.recv_timeout(PRINTED).expect("the server prints the next address");
        let (_, path) = address.split_once('/').expect("an address with a path");
        page.go_on(&format!("/{path}"), "/");
        // What the developer of this book has chosen in it is not there for the tests.
        page.eval(
            "Object.keys(localStorage).forEach(key => key === 'book-pass' || localStorage.removeItem(key))",
        );
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
    server: Arc<Server>,
    entered: bool,
}

impl Served {
    /// A tab on the server that tests share. `None` where no browser is.
    pub(crate) fn shared() -> Option<Served> {
        static SHARED: OnceLock<Arc<Server>> = OnceLock::new();
        let chromium = chromium::shared()?;
        let server = SHARED.get_or_init(|| Arc::new(Server::start(chromium, 0)));
        Some(Served { page: Page::new((chromium, server.site)), server: server.clone(), entered: false })
    }

    /// The tab goes on to a server of its own on this port.
    pub(crate) fn after(mut page: Page, port: u16) -> Served {
        let server = Arc::new(Server::start(chromium::shared().expect("the page is in it"), port));
        page.site = server.site;
        Served { page, server, entered: false }
    }

    /// Opens a page in a browser that may run listings.
    pub(crate) fn open(&mut self, path: &str) {
        if !self.entered {
            self.server.enter(&mut self.page);
            self.entered = true;
        }
        self.page.go(path);
        self.page.until("document.querySelector('.run-controls > button')");
    }
}
