use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;

use multiprocess::{Process, wait};

fn work(parent: SocketAddr) -> u32 {
    for news in ["begun", "half done"] {
        let mut stream = TcpStream::connect(parent).expect("it listens");
        stream.write_all(news.as_bytes()).expect("somebody will read it");
    }
    42
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let door = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let here = door.local_addr().expect("it is bound");
    let mut child = Process::new(work, (here,)).start()?;
    loop {
        // The door first: news that is waiting there is older than the end.
        match wait(&[door.as_fd(), child.as_fd()], None)?[0] {
            0 => {
                let (mut stream, _) =
                    door.accept().expect("somebody is there");
                let mut news = String::new();
                stream.read_to_string(&mut news).expect("it is text");
                println!("news: {news}");
            }
            _ => {
                println!("returned {}", child.join()?);
                return Ok(());
            }
        }
    }
}
