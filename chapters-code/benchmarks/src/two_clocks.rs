//! What a thread that waits uses of its CPU, beside one that computes, and one that asks again and again.

use std::hint::black_box;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use nix::time::ClockId;
use pi::series;

use crate::goal::Goal;
use crate::group::Group;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "two_clocks",
    heads: ("One task in one thread", None),
    unit: Unit::Microseconds,
    rounds: 30,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("The server takes 100 ms for each answer. It is a thread of the same process, so what it uses for an answer is \
            counted, too. The sum has 50 million terms.\n"
            .to_owned())
    },
    page: None,
};

const DELAY: Duration = Duration::from_millis(100);
const TERMS: u64 = 50_000_000;

fn cases() -> anyhow::Result<Vec<Case>> {
    let server = start_server()?;
    let mut cases = Vec::new();
    cases.extend(both("asking the server, blocked", move || ask(server)));
    cases.extend(both("asking the server again and again", move || ask_again_and_again(server)));
    cases.extend(both("adding up", || {
        black_box(series::sum(black_box(0..TERMS)));
        Ok(())
    }));
    Ok(cases)
}

fn both(name: &str, run: impl Fn() -> anyhow::Result<()> + Copy + 'static) -> [Case; 2] {
    let elapsed = move || {
        let started = Instant::now();
        run()?;
        Ok(started.elapsed().as_secs_f64() * 1e6)
    };
    let used = move || {
        let before = cpu_time()?;
        run()?;
        Ok((cpu_time()? - before).as_secs_f64() * 1e6)
    };
    [Case::new(format!("{name}: elapsed"), elapsed), Case::new(format!("{name}: CPU time"), used)]
}

/// The CPU time that this process has used so far.
pub(crate) fn cpu_time() -> anyhow::Result<Duration> {
    Ok(ClockId::CLOCK_PROCESS_CPUTIME_ID.now()?.into())
}

fn ask(server: SocketAddr) -> anyhow::Result<()> {
    TcpStream::connect(server)?.read_to_string(&mut String::new())?;
    Ok(())
}

fn ask_again_and_again(server: SocketAddr) -> anyhow::Result<()> {
    let mut server = TcpStream::connect(server)?;
    server.set_nonblocking(true)?;
    let mut answer = String::new();
    while let Err(error) = server.read_to_string(&mut answer) {
        if error.kind() != ErrorKind::WouldBlock {
            return Err(error.into());
        }
    }
    Ok(())
}

/// Starts a thread that takes a while for each answer.
fn start_server() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for client in listener.incoming() {
            thread::sleep(DELAY);
            // A client that has gone does not matter: it reports its own error.
            let _ = client.and_then(|mut client| client.write_all(b"42"));
        }
    });
    Ok(address)
}
