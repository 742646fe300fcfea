//! Twenty servers that take their time, asked by one to twenty threads.

use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::rc::Rc;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use super::microseconds;
use crate::goal::Goal;
use crate::group::Group;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "servers",
    heads: ("Asking twenty servers", Some("times one thread")),
    unit: Unit::Microseconds,
    rounds: 20,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok(format!(
            "Each of the {SERVERS} servers is a thread of the same program, which sleeps for {} ms before it answers. The \
             threads that ask take the next server from a queue. Each time includes their starts and ends.\n",
            TAKES.as_millis()
        ))
    },
    page: None,
};

const SERVERS: usize = 20;
const TAKES: Duration = Duration::from_millis(20);
const THREADS: [usize; 6] = [1, 2, 4, 8, 12, 20];
const ANSWER: &[u8] = b"12 degrees";

fn name(count: usize) -> String {
    format!("threads: {count}")
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let servers: Vec<SocketAddr> = (0..SERVERS).map(|_| server()).collect::<anyhow::Result<_>>()?;
    let servers = Rc::new(RefCell::new(servers));
    let case = |count| {
        let servers = Rc::clone(&servers);
        Case::new(name(count), move || ask_all(&servers.borrow(), count)).over(name(1))
    };
    Ok(THREADS.map(case).into())
}

/// Starts a server. Its thread ends with the program.
fn server() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for client in listener.incoming() {
            thread::sleep(TAKES);
            // A client that has gone misses an answer, and says so itself.
            let _ = client.and_then(|mut client| client.write_all(ANSWER));
        }
    });
    Ok(address)
}

fn ask_all(servers: &[SocketAddr], count: usize) -> anyhow::Result<f64> {
    let started = Instant::now();
    let queue = Mutex::new(servers.iter());
    let ask_some = || {
        let next = || queue.lock().expect("no panic").next();
        let mut answers = 0;
        while let Some(&server) = next() {
            ask(server)?;
            answers += 1;
        }
        anyhow::Ok(answers)
    };
    let answers: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(ask_some)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum::<anyhow::Result<_>>()
    })?;
    let took = started.elapsed();
    ensure!(answers == SERVERS, "{answers} answers");
    Ok(microseconds(took))
}

fn ask(server: SocketAddr) -> anyhow::Result<()> {
    let mut answer = Vec::new();
    TcpStream::connect(server)?.read_to_end(&mut answer).context("an answer")?;
    ensure!(answer == ANSWER, "another answer");
    Ok(())
}
