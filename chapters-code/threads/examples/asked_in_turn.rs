use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};

use threads::stations;

fn ask(station: SocketAddr) -> io::Result<String> {
    let mut answer = String::new();
    TcpStream::connect(station)?.read_to_string(&mut answer)?;
    Ok(answer)
}

fn main() -> io::Result<()> {
    let reports = ["north 12 °C", "east 9 °C", "south 15 °C", "west 11 °C"];
    for station in stations::in_groups(4, &reports) {
        println!("asking a station");
        println!("{}", ask(station)?);
    }
    Ok(())
}
