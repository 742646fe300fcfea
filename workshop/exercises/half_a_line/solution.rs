use std::io::{Read, Result, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::thread;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// Three clients, and the order in which they speak. They are right: leave them as they are.
fn clients([mut first, mut second, mut third]: [UnixStream; 3]) -> Result<()> {
    first.write_all(b"half a ")?;
    second.write_all(b"hello\n")?;
    hears(&second, "hello")?;
    third.write_all(b"one\ntwo\nand")?;
    hears(&third, "one")?;
    hears(&third, "two")?;
    first.write_all(b"line\n")?;
    hears(&first, "half a line")
    // The third client hangs up here, in the middle of a line.
}

fn hears(mut connection: &UnixStream, line: &str) -> Result<()> {
    let expected = format!("you said {line}\n").into_bytes();
    let mut answer = vec![0; expected.len()];
    connection.read_exact(&mut answer)?;
    assert_eq!(answer, expected);
    Ok(())
}

/// A client, and the bytes of a line that it has not finished yet.
struct Client {
    number: usize,
    connection: UnixStream,
    begun: Vec<u8>,
}

impl Client {
    /// Reads once, and answers each line that is finished now. False if the client has hung up.
    fn read(&mut self) -> Result<bool> {
        let mut bytes = [0; 64];
        let count = self.connection.read(&mut bytes)?;
        self.begun.extend(&bytes[..count]);
        while let Some(end) = self.begun.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = self.begun.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line[..end]);
            println!("client {}: {line}", self.number);
            writeln!(self.connection, "you said {line}")?;
        }
        Ok(count > 0)
    }
}

fn serve(connections: [UnixStream; 3]) -> Result<()> {
    let mut clients: Vec<Client> = (1..)
        .zip(connections)
        .map(|(number, connection)| Client { number, connection, begun: vec![] })
        .collect();
    while !clients.is_empty() {
        let mut watched = vec![];
        for client in &clients {
            watched.push(PollFd::new(client.connection.as_fd(), PollFlags::POLLIN));
        }
        poll(&mut watched, PollTimeout::NONE)?;
        let is_ready: Vec<bool> = watched.iter().map(|fd| fd.any() == Some(true)).collect();

        for place in (0..clients.len()).rev().filter(|&place| is_ready[place]) {
            if !clients[place].read()? {
                clients.remove(place);
            }
        }
    }
    println!("all have hung up");
    Ok(())
}

fn main() -> Result<()> {
    let [(a, first), (b, second), (c, third)] =
        [UnixStream::pair()?, UnixStream::pair()?, UnixStream::pair()?];
    thread::spawn(|| clients([first, second, third]));
    serve([a, b, c])
}
