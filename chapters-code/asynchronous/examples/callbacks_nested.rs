use std::io::{Result, Write};

use asynchronous::{EventLoop, client_and_directory};

fn main() -> Result<()> {
    let [client, mut directory] = client_and_directory("Ann")?;
    let mut event_loop = EventLoop::default();
    event_loop.when_readable(client, |event_loop, mut client, name| {
        println!("the client asks for {name}");
        directory.write_all(name.as_bytes())?;
        event_loop.when_readable(directory, |event_loop, _, number| {
            println!("the directory has {number}");
            client.write_all(number.as_bytes())?;
            event_loop.when_readable(client, |_, _, reply| {
                println!("the client says {reply}");
                Ok(())
            });
            Ok(())
        });
        Ok(())
    });
    println!("the callback is in the table");
    event_loop.run()
}
