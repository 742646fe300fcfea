//! This book, served by `book serve`, so that its listings can be run.

use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::spawn;

use crate::cdp::DEADLINE;
use crate::chromium::{self, Chromium, guarded, says};
use crate::page::Page;
use crate::site::Site;

/// A server, which ends with the tests, or with this value if that is dropped before.
struct Server {
    site: &'static Site,
    /// What it prints after `http://` to open a browser with. Each is good once, and then the next one comes.
    addresses: Mutex<Receiver<String>>,
    guard: Child,
}

impl Server {
    fn start(chromium: &Chromium, root: &Path, port: u16) -> Server {
        let mut program = Command::new("sh");
        // The guard hears standard error only.
        program.args(["-c", "cd \"$0\" && exec \"$@\" >&2"]).arg(root);
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
        let address = addresses.recv_timeout(DEADLINE).expect("the server prints the next address");
        let (_, path) = address.split_once('/').expect("an address with a path");
        page.go_on(&format!("/{path}"), "/");
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
    is_shared: bool,
    entered: bool,
}

impl Served {
    /// A tab on the server that tests share. `None` where no browser is.
    pub(crate) fn shared() -> Option<Served> {
        static SHARED: OnceLock<Arc<Server>> = OnceLock::new();
        let chromium = chromium::shared()?;
        let book = Path::new(env!("CARGO_MANIFEST_DIR"));
        let server = SHARED.get_or_init(|| Arc::new(Server::start(chromium, book, 0)));
        let page = Page::new((chromium, server.site));
        Some(Served { page, server: server.clone(), is_shared: true, entered: false })
    }

    /// A tab on a server of its own, of the book at `root`.
    pub(crate) fn alone(chromium: &'static Chromium, root: &Path) -> Served {
        let server = Arc::new(Server::start(chromium, root, 0));
        let page = Page::new((chromium, server.site));
        Served { page, server, is_shared: false, entered: false }
    }

    /// The tab goes on to a server of its own, of the book at `root`, on this port.
    pub(crate) fn next(mut page: Page, root: &Path, port: u16) -> Served {
        let server = Arc::new(Server::start(chromium::shared().expect("the page is in it"), root, port));
        page.site = server.site;
        Served { page, server, is_shared: false, entered: false }
    }

    /// Opens a page in a browser that may run listings.
    pub(crate) fn open(&mut self, path: &str) {
        if !self.entered {
            self.server.enter(&mut self.page);
            self.entered = true;
            if self.is_shared {
                // What the developer of this book has chosen in it is not there for the tests.
                let forget = "key => key === 'book-pass' || localStorage.removeItem(key)";
                self.page.eval(&format!("Object.keys(localStorage).forEach({forget})"));
            }
        }
        self.page.go(path);
        self.page.until("document.querySelector('.run-it > button')");
    }
}
