use std::io::{Result, Write};

use asynchronous::{client_and_directory, read_message};

fn main() -> Result<()> {
    let [mut client, mut directory] = client_and_directory("Ann")?;

    let name = read_message(&client)?;
    println!("the client asks for {name}");
    directory.write_all(name.as_bytes())?;

    let number = read_message(&directory)?;
    println!("the directory has {number}");
    client.write_all(number.as_bytes())?;

    let reply = read_message(&client)?;
    println!("the client says {reply}");
    Ok(())
}
