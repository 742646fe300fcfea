use multiprocess::pipe::Connection;
use multiprocess::{Process, RecvError, Result, duplex};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Photo {
    name: String,
    width: u32,
    height: u32,
}

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

// ANCHOR: main
fn main() -> Result<()> {
    multiprocess::init();
    let (connection, its_end) = duplex::<Photo, u32>()?;
    let mut helper = Process::new(answer, (its_end,)).start()?;
    let photos = [("beach", 4000, 3000), ("empty", 0, 0)];
    for (name, width, height) in photos {
        connection.send(Photo { name: name.to_owned(), width, height })?;
        match connection.recv() {
            Ok(height) => println!("{name} becomes 120 x {height}"),
            Err(error) => println!("{name}: {error}"),
        }
    }
    if let Err(error) = helper.join() {
        println!("{error}");
    }
    Ok(())
}
// ANCHOR_END: main
