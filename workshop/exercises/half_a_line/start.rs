use std::io::{BufRead, BufReader, Read, Result, Write};
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

fn serve(connections: [UnixStream; 3]) -> Result<()> {
    let mut clients: Vec<(usize, BufReader<UnixStream>)> =
        (1..).zip(connections.map(BufReader::new)).collect();
    while !clients.is_empty() {
        let mut watched = vec![];
        for (_, client) in &clients {
            watched.push(PollFd::new(client.get_ref().as_fd(), PollFlags::POLLIN));
        }
        poll(&mut watched, PollTimeout::NONE)?;
        let is_ready: Vec<bool> = watched.iter().map(|fd| fd.any() == Some(true)).collect();

        for place in (0..clients.len()).rev().filter(|&place| is_ready[place]) {
            let (number, client) = &mut clients[place];
            let mut line = String::new();
            client.read_line(&mut line)?;
            if line.is_empty() {
                clients.remove(place); // it has hung up
                continue;
            }
            println!("client {number}: {}", line.trim_end());
            writeln!(client.get_mut(), "you said {}", line.trim_end())?;
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
