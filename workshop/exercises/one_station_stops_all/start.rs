use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};
use std::thread;

/// Asks a station for its report, and reads it to the end.
fn ask(station: SocketAddr) -> io::Result<String> {
    let mut answer = String::new();
    TcpStream::connect(station)?.read_to_string(&mut answer)?;
    Ok(answer)
}

fn main() -> io::Result<()> {
    let stations = stations::start();
    thread::scope(|scope| {
        let start = |(name, station)| (name, scope.spawn(move || ask(station)));
        let threads: Vec<_> = stations.into_iter().map(start).collect();
        for (name, thread) in threads {
            println!("{name}: {}", thread.join().unwrap()?);
        }
        Ok(())
    })
}

/// Five weather stations on free ports of this machine. They are not part of the exercise: leave them as they are.
mod stations {
    use std::io::{self, Write};
    use std::net::{SocketAddr, TcpListener, TcpStream};
    use std::sync::{Arc, Barrier};
    use std::thread;
    use std::time::Duration;

    const NAMES: [&str; 5] = ["north", "east", "south", "west", "summit"];
    const STEP: Duration = Duration::from_millis(10); // stands in for a slow network

    /// Starts the stations. The number that the program is called with, 0 without one, says which of them have which fault.
    pub(super) fn start() -> Vec<(&'static str, SocketAddr)> {
        let shift = std::env::args().nth(1).map_or(0, |number| number.parse().expect("a number"));
        let both_have_a_client = Arc::new(Barrier::new(2));
        let mut addresses = [
            healthy("12 °C", Arc::clone(&both_have_a_client)),
            healthy("9 °C", both_have_a_client),
            station(|_| {
                loop {
                    thread::park()
                }
            }), // accepts a client, and is silent
            station(|client| {
                loop {
                    client.write_all(b".")?; // sends on and on, and never ends
                    thread::sleep(STEP);
                }
            }),
            switched_off(),
        ];
        addresses.rotate_right(shift);
        NAMES.into_iter().zip(addresses).collect()
    }

    /// Answers when the other healthy station has a client as well, and takes its time.
    fn healthy(report: &'static str, both_have_a_client: Arc<Barrier>) -> SocketAddr {
        station(move |client| {
            both_have_a_client.wait();
            for byte in report.as_bytes() {
                client.write_all(&[*byte])?;
                thread::sleep(STEP);
            }
            Ok(())
        })
    }

    fn switched_off() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("it is bound")
    }

    fn station(answer: impl Fn(&mut TcpStream) -> io::Result<()> + Send + 'static) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        thread::spawn(move || {
            for client in listener.incoming() {
                // A client that hangs up is no reason to close the station.
                let _ = answer(&mut client.expect("a client"));
            }
        });
        address
    }
}
