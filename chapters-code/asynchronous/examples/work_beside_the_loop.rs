use std::io::{Result, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use asynchronous::EventLoop;

fn main() -> Result<()> {
    let (first, mut first_client) = UnixStream::pair()?;
    let (second, mut second_client) = UnixStream::pair()?;
    first_client.write_all(b"report")?;
    second_client.write_all(b"time")?;
    println!("both clients have asked");

    let mut event_loop = EventLoop::default();
    // ANCHOR: callback
    event_loop.when_readable(first, |event_loop, mut first, request| {
        println!("{request}: begun");
        let (result, mut worker) = UnixStream::pair()?;
        let work = thread::spawn(move || {
            thread::sleep(Duration::from_millis(200)); // stands for computing
            worker.write_all(b"a long report")
        });
        event_loop.when_readable(result, move |_, _, report| {
            work.join().expect("it does not panic")?; // it has just ended
            first.write_all(report.as_bytes())?;
            println!("{request}: answered");
            Ok(())
        });
        Ok(())
    });
    // ANCHOR_END: callback
    event_loop.when_readable(second, |_, mut second, request| {
        second.write_all(b"12:00")?;
        println!("{request}: answered");
        Ok(())
    });
    event_loop.run()
}
