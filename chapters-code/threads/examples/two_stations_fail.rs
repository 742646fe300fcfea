use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};
use std::{thread, time::Duration};

use threads::stations;

const PATIENCE: Duration = Duration::from_secs(1);

fn ask(station: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&station, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn main() {
    let mut stations = stations::in_groups(1, &["north 12 °C", "east 9 °C"]);
    stations.extend([stations::silent(), stations::switched_off()]);
    let start = |station| thread::spawn(move || ask(station));
    let threads: Vec<_> = stations.into_iter().map(start).collect();
    for thread in threads {
        match thread.join().unwrap() {
            Ok(report) => println!("{report}"),
            Err(error) => println!("no report: {error}"),
        }
    }
}
