use std::io::{Read, Result, Write};
use std::os::unix::net::UnixStream;
use std::thread;

/// Two clients. The first one speaks when the second has its answer.
fn clients(mut first: UnixStream, mut second: UnixStream) -> Result<()> {
    let mut answer = [0; 7];
    second.write_all(b"hello")?;
    second.read_exact(&mut answer)?;
    first.write_all(b"hello")?;
    first.read_exact(&mut answer)
}

fn main() -> Result<()> {
    let (mut first, first_client) = UnixStream::pair()?;
    let (mut second, second_client) = UnixStream::pair()?;
    thread::spawn(|| clients(first_client, second_client));
    for (number, connection) in [(1, &mut first), (2, &mut second)] {
        println!("I wait for client {number}");
        let mut greeting = [0; 5];
        connection.read_exact(&mut greeting)?;
        connection.write_all(b"welcome")?;
        println!("I have answered client {number}");
    }
    Ok(())
}
