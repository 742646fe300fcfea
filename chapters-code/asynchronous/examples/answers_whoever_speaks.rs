// TIMELINE: messages, marks
use std::io::{Read, Result, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::thread;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// Two clients. The first one speaks when the second has its answer.
fn clients(mut first: UnixStream, mut second: UnixStream) -> Result<()> {
    let mut answer = [0; 7];
    second.write_all(b"hello")?;
    second.read_exact(&mut answer)?;
    first.write_all(b"hello")?;
    first.read_exact(&mut answer)
}

// ANCHOR: serve
fn serve(mut connections: Vec<(u32, UnixStream)>) -> Result<()> {
    while !connections.is_empty() {
        let mut watched = vec![];
        for (_, connection) in &connections {
            watched.push(PollFd::new(connection.as_fd(), PollFlags::POLLIN));
        }
        poll(&mut watched, PollTimeout::NONE)?; // sleeps until one is ready
        let is_ready: Vec<bool> =
            watched.iter().map(|fd| fd.any() == Some(true)).collect();

        for place in (0..connections.len()).rev().filter(|&n| is_ready[n]) {
            let (number, connection) = &mut connections[place];
            let mut bytes = [0; 64];
            if connection.read(&mut bytes)? == 0 {
                connections.remove(place); // the client has hung up
            } else {
                connection.write_all(b"welcome")?;
                println!("I have answered client {number}");
            }
        }
    }
    Ok(())
}
// ANCHOR_END: serve

// ANCHOR: main
fn main() -> Result<()> {
    let (first, first_client) = UnixStream::pair()?;
    let (second, second_client) = UnixStream::pair()?;
    marks::name_end(&first, "client 1");
    marks::name_end(&second, "client 2");
    let clients = thread::Builder::new()
        .name("clients".into())
        .spawn(|| clients(first_client, second_client))?;
    serve(vec![(1, first), (2, second)])?;
    clients.join().expect("they do not panic")?;
    println!("both have hung up");
    Ok(())
}
// ANCHOR_END: main
