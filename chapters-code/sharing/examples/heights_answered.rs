// TIMELINE: messages
use multiprocess::pipe::Connection;
use multiprocess::{Process, RecvError, Result, duplex};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Photo {
    name: String,
    width: u32,
    height: u32,
}

// ANCHOR: answer
fn answer(requests: Connection<u32, Photo>) {
    loop {
        match requests.recv() {
            Ok(photo) => {
                let height = 120 * photo.height / photo.width;
                requests.send(height).expect("main waits for the answer");
            }
            Err(RecvError::Disconnected) => return,
            Err(error) => panic!("{error}"),
        }
    }
}
// ANCHOR_END: answer

// ANCHOR: main
fn main() -> Result<()> {
    multiprocess::init();
    let (connection, its_end) = duplex::<Photo, u32>()?;
    let mut helper =
        Process::new(answer, (its_end,)).name("helper").start()?;
    let photos = [("beach", 4000, 3000), ("tower", 3000, 4000)];
    for (name, width, height) in photos {
        connection.send(Photo { name: name.to_owned(), width, height })?;
        println!("{name} becomes 120 x {}", connection.recv()?);
    }
    drop(connection);
    helper.join()?;
    Ok(())
}
// ANCHOR_END: main
