use std::io::{self, ErrorKind, Read};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use threads::stations;

// ANCHOR: ask
static STOP: AtomicBool = AtomicBool::new(false);

/// Reads a server's whole answer, or fails once `STOP` is set.
fn ask(server: SocketAddr) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(Duration::from_millis(20)))?;
    let mut answer = Vec::new();
    loop {
        let result = stream.read_to_end(&mut answer);
        match result.map_err(|error| error.kind()) {
            Err(ErrorKind::WouldBlock | ErrorKind::TimedOut)
                if !STOP.load(Relaxed) => {} // not yet: read on
            Err(kind) => return Err(kind.into()),
            Ok(_) => return Ok(answer),
        }
    }
}
// ANCHOR_END: ask

// ANCHOR: main
fn main() {
    let near = stations::in_groups(1, &["near"])[0];
    let servers = [stations::silent(), near, stations::silent()];
    let (sender, answers) = channel();
    let threads = servers.map(|server| {
        let sender = sender.clone();
        thread::spawn(move || {
            if let Ok(answer) = ask(server) {
                sender.send(answer).expect("main has the receiver");
            }
        })
    });
    drop(sender); // from here on, only the threads have senders
    let answer = answers.recv().expect("one of them answers");
    println!("first: {}", String::from_utf8_lossy(&answer));
    STOP.store(true, Relaxed);
    for thread in threads {
        thread.join().unwrap();
    }
    println!("all three threads have ended");
}
// ANCHOR_END: main
