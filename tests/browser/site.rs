//! The book's site, built once by the `book` program and served by a server with no opinions.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::chromium::Chromium;

/// The static site, as any host would serve it.
pub(crate) struct Site {
    /// `http://127.0.0.1:port`
    pub(crate) origin: String,
    /// The paths of all its pages that readers come to, such as `/part/page.html`; the 404 page too.
    pub(crate) pages: Vec<String>,
    files: Arc<HashMap<String, Vec<u8>>>,
}

impl Site {
    /// A file of the site, by its path in it.
    pub(crate) fn file(&self, path: &str) -> &[u8] {
        self.files.get(path).unwrap_or_else(|| panic!("the site has no {path}"))
    }

    /// The pages in the order of the book, without the 404 page.
    pub(crate) fn chapters(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().map(String::as_str).filter(|page| *page != "/404.html")
    }
}

/// The site, built and served by whoever asks first.
pub(crate) fn shared(chromium: &Chromium) -> &'static Site {
    static SHARED: OnceLock<Site> = OnceLock::new();
    SHARED.get_or_init(|| build(Path::new(env!("CARGO_MANIFEST_DIR")), &chromium.folder.join("site")))
}

impl Site {
    /// A site that somebody else serves, of which nothing is known but where it is.
    pub(crate) fn elsewhere(origin: &str) -> Site {
        Site { origin: origin.to_owned(), pages: vec![], files: Arc::default() }
    }
}

/// Builds the book that lies at `root`, and serves it.
pub(crate) fn build(root: &Path, folder: &Path) -> Site {
    let built = Command::new(env!("CARGO_BIN_EXE_book"))
        .args(["build", "--dest-dir"])
        .arg(folder)
        .current_dir(root)
        .output()
        .expect("the book program starts");
    assert!(built.status.success(), "the book does not build: {}", String::from_utf8_lossy(&built.stderr));
    let mut files = HashMap::new();
    read(folder, folder, &mut files);
    let pages = pages(root);
    let files = Arc::new(files);
    Site { origin: serve(files.clone()), pages, files }
}

fn read(root: &Path, folder: &Path, files: &mut HashMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("the site's folder") {
        let path: PathBuf = entry.expect("an entry").path();
        if path.is_dir() {
            read(root, &path, files);
        } else {
            let name = path.strip_prefix(root).expect("inside the site").to_str().expect("UTF-8");
            files.insert(format!("/{name}"), fs::read(&path).expect("a file"));
        }
    }
}

/// The pages: those of the summary in its order, then 404. The index is the first one again.
fn pages(root: &Path) -> Vec<String> {
    let summary = fs::read_to_string(root.join("src/SUMMARY.md")).expect("the summary");
    let links = summary.split("](").skip(1).filter_map(|rest| rest.split_once(".md)"));
    let address = |(path, _): (&str, &str)| format!("/{}.html", path.replace("README", "index"));
    let mut pages: Vec<String> = links.map(address).collect();
    assert!(!pages.is_empty(), "the summary lists no page");
    pages.push("/404.html".to_owned());
    pages
}

fn serve(files: Arc<HashMap<String, Vec<u8>>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let files = files.clone();
            // A browser that goes away in the middle is not this server's trouble.
            std::thread::spawn(move || answer(&stream, &files));
        }
    });
    origin
}

fn answer(mut stream: &TcpStream, files: &HashMap<String, Vec<u8>>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut lines = BufReader::new(stream).lines();
    let Some(request) = lines.next().transpose()? else { return Ok(()) };
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let path = request.split(' ').nth(1).unwrap_or("/");
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let path = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    let (status, path) = match files.contains_key(&path) {
        true => ("200 OK", path.as_str()),
        false => ("404 Not Found", "/404.html"),
    };
    let (body, kind) = (&files[path], content_type(path));
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: max-age=3600\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(body)
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("rs" | "py" | "txt" | "json") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
