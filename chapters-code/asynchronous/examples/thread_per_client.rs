use std::io::{Result, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use asynchronous::read_message;

fn report() -> &'static str {
    thread::sleep(Duration::from_millis(200)); // stands for computing
    "a long report"
}

// ANCHOR: serve
fn serve(mut client: UnixStream) -> Result<()> {
    let request = read_message(&client)?;
    let answer = if request == "report" { report() } else { "12:00" };
    client.write_all(answer.as_bytes())
}
// ANCHOR_END: serve

fn main() -> Result<()> {
    let (first, mut first_client) = UnixStream::pair()?;
    let (second, mut second_client) = UnixStream::pair()?;
    first_client.write_all(b"report")?;
    second_client.write_all(b"time")?;
    println!("both clients have asked");

    // ANCHOR: start
    let threads = [first, second].map(|c| thread::spawn(move || serve(c)));
    println!("time: {}", read_message(&second_client)?);
    println!("report: {}", read_message(&first_client)?);
    for thread in threads {
        thread.join().expect("it does not panic")?;
    }
    // ANCHOR_END: start
    Ok(())
}
