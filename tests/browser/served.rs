//! This book, served by `book serve`, so that its listings can be run.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::chromium;
use crate::page::Page;
use crate::site::Site;

/// The first page comes when the book is built.
const START: Duration = Duration::from_secs(60);

/// A server, and a tab on it. The server ends with this.
pub(crate) struct Served {
    pub(crate) page: Page,
    /// The query that holds the key.
    pub(crate) key: String,
    server: Child,
}

impl Served {
    /// `None` where no browser is.
    pub(crate) fn start() -> Option<Served> {
        let chromium = chromium::shared()?;
        let mut server = Command::new(env!("CARGO_BIN_EXE_book"))
            .args(["serve", "--no-open", "--port", "0"])
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the book program starts");
        let output = BufReader::new(server.stdout.take().expect("piped"));
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let address = told.recv_timeout(START).expect("an address before the deadline");
        let (origin, key) = address.split_once("/?").expect("an address with a key");
        let site = Box::leak(Box::new(Site::elsewhere(origin)));
        Some(Served { page: Page::new((chromium, site)), key: format!("?{key}"), server })
    }

    /// Opens a page with the key, as the browser is opened.
    pub(crate) fn open(&mut self, path: &str) {
        self.page.go(&format!("{path}{}", self.key));
        self.page.until("document.querySelector('.run-controls > button')");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
