use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const DELAY: Duration = Duration::from_millis(100);

// ANCHOR: turns
fn ask(server: SocketAddr) -> String {
    let mut server = TcpStream::connect(server).expect("it listens");
    let mut answer = String::new();
    server.read_to_string(&mut answer).expect("the server answers");
    answer
}

fn main() {
    let servers = ["sun", "rain", "snow"].map(start_server);
    let start = Instant::now();
    for server in servers {
        println!("{}", ask(server));
    }
    let added_up = start.elapsed() >= 3 * DELAY;
    println!("the three waits added up: {added_up}");
}
// ANCHOR_END: turns

/// Starts a thread with a name, which takes a while for each answer.
fn start_server(answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let named = thread::Builder::new().name(format!("{answer} server"));
    let serve = move || {
        for client in listener.incoming() {
            thread::sleep(DELAY); // stands for its work
            let mut client = client.expect("a client connects");
            client.write_all(answer.as_bytes()).expect("the client reads");
        }
    };
    named.spawn(serve).expect("a thread can be started");
    address
}
