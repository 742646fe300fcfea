use std::io::{self, ErrorKind, Read};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// How long a station has for its whole answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks a station for its report, and reads it to the end, but not for longer than the deadline.
fn ask(station: SocketAddr, deadline: Instant) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&station, left(deadline)?)?;
    let mut answer = Vec::new();
    let mut buffer = [0; 64];
    loop {
        stream.set_read_timeout(Some(left(deadline)?))?;
        match stream.read(&mut buffer)? {
            0 => return String::from_utf8(answer).map_err(|_| ErrorKind::InvalidData.into()),
            n => answer.extend_from_slice(&buffer[..n]),
        }
    }
}

/// The time until the deadline, which is more than none.
fn left(deadline: Instant) -> io::Result<Duration> {
    match deadline.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(ErrorKind::TimedOut.into()),
        left => Ok(left),
    }
}

fn main() {
    let stations = stations::start();
    let deadline = Instant::now() + PATIENCE;
    thread::scope(|scope| {
        let start = |(name, station)| (name, scope.spawn(move || ask(station, deadline)));
        let threads: Vec<_> = stations.into_iter().map(start).collect();
        for (name, thread) in threads {
            match thread.join().unwrap() {
                Ok(report) => println!("{name}: {report}"),
                Err(_) => println!("{name}: no report"),
            }
        }
    });
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
