//! Who is at the other end.

use std::io::{Read, Result, Write};
use std::os::unix::net::UnixStream;
use std::thread;

/// Names, and the telephone numbers that the directory has for them.
const DIRECTORY: [(&str, &str); 2] = [("Ann", "1234"), ("Ben", "5678")];

// ANCHOR: peers
/// A client that wants this person's number, and a directory that has it.
pub fn client_and_directory(person: &'static str) -> Result<[UnixStream; 2]> {
    let (client, mut server) = UnixStream::pair()?;
    thread::spawn(move || -> Result<()> {
        server.write_all(person.as_bytes())?;
        let mut number = [0; 4];
        server.read_exact(&mut number)?;
        server.write_all(&[b"thanks for ", &number[..]].concat())?;
        stay()
    });
    let (directory, mut server) = UnixStream::pair()?;
    thread::spawn(move || -> Result<()> {
        let mut name = [0; 3];
        server.read_exact(&mut name)?;
        let found = DIRECTORY.iter().find(|entry| entry.0.as_bytes() == name);
        server.write_all(found.map_or("none", |entry| entry.1).as_bytes())?;
        stay()
    });
    Ok([client, directory])
}

/// Neither of them leaves before the program ends.
fn stay() -> ! {
    loop {
        thread::park();
    }
}
// ANCHOR_END: peers
