use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

// ANCHOR: overlap
fn ask(server: SocketAddr) {
    let mut server = TcpStream::connect(server).expect("it listens");
    let mut answer = String::new();
    server.read_to_string(&mut answer).expect("the server answers");
    println!("the answer is {answer}");
}

/// Answers its clients when three of them are waiting.
fn serve(listener: &TcpListener) {
    let mut clients: Vec<TcpStream> = Vec::new();
    while clients.len() < 3 {
        let (client, _) = listener.accept().expect("a client connects");
        clients.push(client);
    }
    println!("{} clients are waiting", clients.len());
    for mut client in clients {
        client.write_all(b"42").expect("the client reads");
    }
}
// ANCHOR_END: overlap

// ANCHOR: main
fn main() {
    pin_to_one_cpu();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let server = thread::spawn(move || serve(&listener));
    let clients = [1, 2, 3].map(|_| thread::spawn(move || ask(address)));
    for thread in clients.into_iter().chain([server]) {
        thread.join().expect("no thread panics");
    }
}
// ANCHOR_END: main

/// Keeps this process and its threads on one of the CPUs that it may use.
fn pin_to_one_cpu() {
    let this = Pid::from_raw(0);
    let allowed = sched_getaffinity(this).expect("the affinity can be read");
    let mut cpus = 0..CpuSet::count();
    let first = cpus.find(|&cpu| allowed.is_set(cpu) == Ok(true));
    let mut one = CpuSet::new();
    one.set(first.expect("a CPU is allowed")).expect("the CPU fits the set");
    sched_setaffinity(this, &one).expect("fewer CPUs are allowed");
}
