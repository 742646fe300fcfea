//! Weather stations: servers for the listings, each a thread on a free port of 127.0.0.1.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier};
use std::thread;

// ANCHOR: groups
/// Starts a station for each report. A station answers a client only when
/// `group` clients are connected to stations.
pub fn in_groups(group: usize, reports: &[&'static str]) -> Vec<SocketAddr> {
    let group_is_there = Arc::new(Barrier::new(group));
    let start = |&report: &&'static str| {
        let group_is_there = Arc::clone(&group_is_there);
        station(move |client| {
            group_is_there.wait();
            client.write_all(report.as_bytes())
        })
    };
    reports.iter().map(start).collect()
}
// ANCHOR_END: groups

/// Connects to a station and reads its answer to the end.
pub fn ask(station: SocketAddr) -> io::Result<String> {
    let mut answer = String::new();
    TcpStream::connect(station)?.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Starts a station that accepts a client and never answers it.
pub fn silent() -> SocketAddr {
    station(|_| {
        loop {
            thread::park();
        }
    })
}

/// The address of a station that has been switched off.
pub fn switched_off() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound")
}

/// How many clients have been connected at once, at most.
pub fn most_clients() -> usize {
    MOST_CLIENTS.load(SeqCst)
}

static CLIENTS: AtomicUsize = AtomicUsize::new(0);
static MOST_CLIENTS: AtomicUsize = AtomicUsize::new(0);

/// Starts a station, which answers one client after another.
fn station(
    answer: impl Fn(&mut TcpStream) -> io::Result<()> + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.expect("a client");
            MOST_CLIENTS.fetch_max(CLIENTS.fetch_add(1, SeqCst) + 1, SeqCst);
            // A client that has gone is no reason to close the station.
            let _ = answer(&mut client);
            // Before the client can see the end of the answer.
            CLIENTS.fetch_sub(1, SeqCst);
        }
    });
    address
}
