use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

const SHOPS: [&str; 4] = ["Bergen", "Lima", "Osaka", "Perth"];

/// Asks the server how much a shop has sold.
fn sold(server: SocketAddr, shop: &str) -> u64 {
    let mut server = TcpStream::connect(server).expect("the server listens");
    writeln!(server, "{shop}").expect("the server reads");
    let mut answer = String::new();
    server.read_to_string(&mut answer).expect("the server answers");
    answer.parse().expect("the answer is a number")
}

/// Simulates 100,000 days, and takes the average.
fn forecast(sold: u64) -> u64 {
    let (mut state, mut sum) = (sold, 0);
    for _ in 0..100_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        sum += sold + state % sold;
    }
    sum / 100_000
}

fn main() {
    let server = start_server();
    let mut total = 0;
    for shop in SHOPS {
        let expected = forecast(sold(server, shop));
        println!("{shop}: {expected}");
        total += expected;
    }
    println!("all shops: {total}");
}

// The rest is the server. It stands for a server on another machine, which you can't change.

/// The server starts with its address, and ends with the program.
fn start_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("the socket has an address");
    let (sender, clients) = mpsc::channel();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            sender.send(client).expect("the server runs");
        }
    });
    thread::spawn(move || serve(&clients));
    address
}

/// Looks up several requests at once, because that takes no longer than one. It does so when it has four of them, or half a second
/// after the first.
fn serve(clients: &mpsc::Receiver<TcpStream>) {
    while let Ok(first) = clients.recv() {
        let deadline = Instant::now() + Duration::from_millis(500);
        let mut open = vec![first];
        while open.len() < 4
            && let Ok(next) = clients.recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            open.push(next);
        }
        eprintln!("requests open at the same time: {}", open.len());
        for client in open {
            let mut shop = String::new();
            BufReader::new(&client).read_line(&mut shop).expect("the client has written a line");
            let sold: u32 = shop.trim().bytes().map(u32::from).sum();
            write!(&client, "{sold}").expect("the client reads");
            client.shutdown(Shutdown::Both).expect("the client is connected");
        }
    }
}
