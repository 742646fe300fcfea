use std::io::{Result, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

use State::{AwaitsName, AwaitsNumber, AwaitsReply, Done};
use asynchronous::{client_and_directory, read_message, wait_for};

// ANCHOR: states
enum State {
    AwaitsName { client: UnixStream, directory: UnixStream },
    AwaitsNumber { client: UnixStream, directory: UnixStream },
    AwaitsReply { client: UnixStream },
    Done,
}
// ANCHOR_END: states

// ANCHOR: next
fn next(state: State) -> Result<State> {
    match state {
        AwaitsName { client, mut directory } => {
            let name = read_message(&client)?;
            println!("the client asks for {name}");
            directory.write_all(name.as_bytes())?;
            Ok(AwaitsNumber { client, directory })
        }
        AwaitsNumber { mut client, directory } => {
            let number = read_message(&directory)?;
            println!("the directory has {number}");
            client.write_all(number.as_bytes())?;
            Ok(AwaitsReply { client })
        }
        AwaitsReply { client } => {
            println!("the client says {}", read_message(&client)?);
            Ok(Done)
        }
        Done => Ok(Done),
    }
}
// ANCHOR_END: next

// ANCHOR: main
fn main() -> Result<()> {
    let [client, directory] = client_and_directory("Ann")?;
    let mut state = AwaitsName { client, directory };
    loop {
        let awaited = match &state {
            AwaitsName { client, .. } | AwaitsReply { client } => client,
            AwaitsNumber { directory, .. } => directory,
            Done => return Ok(()),
        };
        wait_for(&[awaited.as_fd()])?;
        state = next(state)?;
    }
}
// ANCHOR_END: main
