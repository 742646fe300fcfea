use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use nix::time::ClockId;

// ANCHOR: tasks
fn ask(server: SocketAddr) {
    let mut server = TcpStream::connect(server).expect("it listens");
    let mut answer = String::new();
    server.read_to_string(&mut answer).expect("the server answers");
}

fn add_up() {
    let sum: f64 = (1..5_000_000).map(|n| 1.0 / f64::from(n)).sum();
    black_box(sum); // keeps the compiler from leaving the sum out
}

fn main() {
    let server = start_server();
    measure("asking the server", || ask(server));
    measure("adding up", add_up);
}
// ANCHOR_END: tasks

// ANCHOR: measure
/// The CPU time that this process has used so far.
fn cpu_time() -> Duration {
    let clock = ClockId::CLOCK_PROCESS_CPUTIME_ID;
    clock.now().expect("it can be read").into()
}

fn measure(task: &str, run: impl FnOnce()) {
    let (start, before) = (Instant::now(), cpu_time());
    run();
    let (elapsed, used) = (start.elapsed(), cpu_time() - before);
    let kind = if used < elapsed / 50 { "waits" } else { "computes" };
    println!("{task}: {kind}");
}
// ANCHOR_END: measure

// ANCHOR: server
/// Starts a thread that takes 300 ms for each answer.
fn start_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    thread::spawn(move || {
        for client in listener.incoming() {
            thread::sleep(Duration::from_millis(300)); // stands for its work
            let mut client = client.expect("a client connects");
            client.write_all(b"42").expect("the client reads");
        }
    });
    address
}
// ANCHOR_END: server
