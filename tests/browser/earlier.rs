//! What earlier servers have left in the browser. Another program that had the port may have left a service worker, which answers
//! in the place of every later server of that origin, and pages that the browser is to keep. None of it may reach the book. What
//! the book itself keeps for its reader has to be there at the next start.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use crate::chromium;
use crate::gallery;
use crate::page::Page;
use crate::served::Served;
use crate::site::Site;

/// Answers each request for a page with one of its own, which has the address that was asked for.
const WORKER: &str = "self.addEventListener('install', () => self.skipWaiting());
    self.addEventListener('activate', event => event.waitUntil(clients.claim()));
    self.addEventListener('fetch', event => event.respondWith(new Response(
        `<title>stolen</title><p>${event.request.url}`, { headers: { 'content-type': 'text/html' } })));";
const HOME: &str = "<title>earlier</title><script>
    navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready)
        .then(() => { document.title = 'ready'; });</script>";

/// The server, until this is dropped.
struct Earlier {
    port: u16,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Earlier {
    fn start() -> Earlier {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let over = Arc::new(AtomicBool::new(false));
        let ends = over.clone();
        let thread = spawn(move || {
            for stream in listener.incoming().flatten() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                // A browser opens connections in advance, on which it asks for nothing.
                spawn(move || answer(&stream));
            }
        });
        Earlier { port, over, thread: Some(thread) }
    }
}

impl Drop for Earlier {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn answer(mut stream: &TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut lines = BufReader::new(stream).lines();
    let Some(request) = lines.next().transpose()? else { return Ok(()) };
    let mut cookies = String::new();
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        cookies += line.to_lowercase().strip_prefix("cookie: ").unwrap_or_default();
    }
    let (kind, body) = match request.contains("/worker.js") {
        true => ("text/javascript", WORKER.to_owned()),
        false => ("text/html", format!("{HOME}<p id=sent>{cookies}")),
    };
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: max-age=31536000, immutable\r\n\
         Set-Cookie: earlier=1; Path=/; Max-Age=31536000\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// The gallery as a book of its own, in a folder of this name. It goes with the browser.
fn gallery_in(name: &str) -> PathBuf {
    let root = chromium::shared().expect("the browser is there").folder.join(name);
    gallery::write(&root);
    root
}

#[test]
fn what_an_earlier_server_of_the_port_has_left_in_the_browser_gets_neither_the_page_nor_the_key() {
    let Some(chromium) = chromium::shared() else { return };
    let earlier = Earlier::start();
    let port = earlier.port;
    let site = |host: &str| -> &'static Site {
        Box::leak(Box::new(Site::elsewhere(&format!("http://{host}:{port}"))))
    };
    let mut page = Page::new((chromium, site("127.0.0.1")));
    for host in ["127.0.0.1", "localhost", "book.localhost"] {
        page.site = site(host);
        page.go("/");
        page.until("document.title === 'ready'");
    }
    drop(earlier);
    // It is the worker that answers there now.
    page.go("/later");
    assert_eq!(page.text("document.title"), "stolen", "the attack works");
    let mut served = Served::next(page, &gallery_in("earlier"), port);
    served.open(gallery::LISTINGS);
    let page = &mut served.page;
    assert_ne!(page.text("document.title"), "stolen");
    assert_eq!(page.text("document.querySelector('.run-it > button').textContent"), "▶ Run");
    assert_eq!(page.text("document.cookie"), "", "no cookie of another server is here");
}

#[test]
fn a_server_on_another_port_gets_neither_the_pass_nor_a_cookie_even_under_the_same_name() {
    let Some(mut served) = Served::shared() else { return };
    served.open("/run-it-here.html");
    let page = &mut served.page;
    assert!(page.holds("localStorage.getItem('book-pass')"));
    let neighbor = Earlier::start();
    let (name, _) = page.site.origin.rsplit_once(':').expect("a port");
    page.site = Box::leak(Box::new(Site::elsewhere(&format!("{name}:{}", neighbor.port))));
    page.go("/");
    assert!(page.holds("localStorage.getItem('book-pass') === null"));
    assert_eq!(page.text("document.querySelector('#sent').textContent"), "");
}

#[test]
fn what_a_reader_has_chosen_is_there_at_the_next_start() {
    let Some(chromium) = chromium::shared() else { return };
    let root = gallery_in("chosen");
    let mut served = Served::alone(chromium, &root);
    served.open(gallery::LISTINGS);
    let page = &mut served.page;
    assert!(!page.holds("document.documentElement.matches('.dark')"));
    page.click("#mdbook-theme-toggle");
    page.click("#mdbook-theme-dark");
    page.until("document.documentElement.matches('.dark')");
    page.eval("remembered.then(() => 0)");
    drop(served);
    // A tab has storage of its own, and so has each start of the server.
    let mut served = Served::alone(chromium, &root);
    served.open(gallery::LISTINGS);
    assert!(served.page.holds("document.documentElement.matches('.dark')"));
    assert_eq!(served.page.troubles(), [""; 0]);
}
