use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use nix::time::ClockId;

// ANCHOR: spin
fn ask_again_and_again(server: SocketAddr) {
    let mut server = TcpStream::connect(server).expect("it listens");
    server.set_nonblocking(true).expect("a socket can be non-blocking");
    let mut answer = String::new();
    while let Err(error) = server.read_to_string(&mut answer) {
        assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}");
    }
}
// ANCHOR_END: spin

fn main() {
    let server = start_server();
    measure("asking again and again", || ask_again_and_again(server));
}

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
