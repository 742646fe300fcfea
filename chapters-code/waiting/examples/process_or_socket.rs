use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::time::Duration;

use multiprocess::{Process, wait};

fn addr(name: &str) -> SocketAddr {
    SocketAddr::from_abstract_name(name).expect("the name is short enough")
}

// ANCHOR: work
fn work(parent: String) -> u32 {
    for news in ["begun", "half done"] {
        let connected = UnixStream::connect_addr(&addr(&parent));
        let mut stream = connected.expect("the parent listens");
        stream.write_all(news.as_bytes()).expect("the news can be sent");
    }
    42
}
// ANCHOR_END: work

// ANCHOR: main
fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let name = format!("process_or_socket {}", std::process::id());
    let listener = UnixListener::bind_addr(&addr(&name)).expect("a new name");
    let mut child = Process::new(work, (name,)).start()?;
    loop {
        let ready = wait(&[child.as_fd(), listener.as_fd()], None)?;
        while !wait(&[listener.as_fd()], Some(Duration::ZERO))?.is_empty() {
            let (mut stream, _) = listener.accept().expect("child connected");
            let mut news = String::new();
            stream.read_to_string(&mut news).expect("the news is text");
            println!("news: {news}");
        }
        if ready.contains(&0) {
            println!("returned {}", child.join()?);
            return Ok(());
        }
    }
}
// ANCHOR_END: main
