//! Sends messages that mean nothing to the forkserver, and to children that stand by.

use std::collections::BTreeMap;

use multiprocess::{ExitStatus, JoinError, JoinErrorKind, Process, Result};
use multiprocess_programs::notes::{self, note};
use multiprocess_programs::random::Random;
use multiprocess_programs::{os, proc, repeats};

fn work(round: u32) -> u32 {
    note(&round.to_string());
    round
}

/// The numbers of this process's sockets whose pair that process has made.
fn sockets_made_by(pid: u32) -> Vec<i32> {
    let entries = std::fs::read_dir("/proc/self/fd").expect("/proc is mounted").flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    numbers.filter(|&number| os::maker_of_socket(number) == Some(pid)).collect()
}

/// What is no demand and no order: nonsense, something begun, something too long, nothing at all.
fn garbage(random: &mut Random) -> Vec<u8> {
    let length = match random.below(8) {
        0 => return vec![1],
        1 => return vec![1, 255, 255],
        2 => 2047 + random.below(3),
        3 => 60_000,
        4 => 0,
        _ => 1 + random.below(60),
    };
    // From 3 on a first byte begins no demand.
    (0..length).map(|at| 3 + random.below(if at == 0 { 250 } else { 253 }) as u8).collect()
}

/// How many stand by at most, one that was on its way included.
const STANDING_BY: u32 = 3;

fn main() -> Result<()> {
    multiprocess_programs::init();
    let mut random = Random::from_environment();
    let mut seen = BTreeMap::<&str, u32>::new();
    let mut started = Vec::new();
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let open = proc::forkserver().map(proc::count_descriptors);
    let repeats = repeats(200);
    // An empty message is what the end of the client looks like. It may be a while until a server has come to it.
    let mut empty = false;
    // The last round in which nonsense was sent to those that stand by, some of whom are needed some rounds later.
    let mut spoiled = None;
    for round in 0..repeats {
        let mut count = |what| *seen.entry(what).or_default() += 1;
        let server = proc::forkserver();
        let to_server = random.below(2) == 0;
        let maker = if to_server { Some(std::process::id()) } else { server };
        for socket in maker.map(sockets_made_by).unwrap_or_default() {
            for _ in 0..1 + random.below(3) {
                let descriptors = [0, 0, 1, 4, 6, 250][random.below(6) as usize];
                let message = match (to_server, random.below(4)) {
                    // A demand of nothing, and an order whose file is no file of this crate's.
                    (true, 0) => vec![0, 0, 0],
                    (false, 0) => vec![0, 0],
                    _ => garbage(&mut random),
                };
                if os::send_message(socket, &message, descriptors) {
                    empty |= to_server && message.is_empty();
                    count(if to_server { "to the server" } else { "to one that stood by" });
                }
            }
        }
        if !to_server {
            spoiled = Some(round);
        }
        let mut child = Process::new(work, (round,)).start()?;
        match child.join() {
            Ok(value) => {
                assert_eq!(value, round);
                started.push(round.to_string());
            }
            // It takes nothing after nonsense, and may have been handed its work before it had noticed that.
            Err(JoinError { kind: JoinErrorKind::NeverEntered { status: ExitStatus::Code(0) }, .. })
                if spoiled.is_some_and(|spoiled| round <= spoiled + STANDING_BY) =>
            {
                count("never entered")
            }
            Err(error) => panic!("round {round}: {error}"),
        }
        // Those that stand by or have been asked for. While it looks at a message the server has what came with it.
        let most = open.map(|open| open + 8);
        while proc::forkserver().map(proc::count_descriptors) > most {
            std::thread::yield_now();
        }
        // Without a server, as when a child that stood by has survived it, the next start brings one.
        if server.is_some() && server != proc::forkserver() {
            assert!(std::mem::take(&mut empty), "round {round}: the server has ended");
            count("ended");
        }
    }
    started.sort();
    assert_eq!(notes::sorted(), started);
    Process::new(|| (), ()).start()?.join()?;
    assert_eq!(proc::descriptors(), before);
    assert_eq!(proc::children(), []);
    eprintln!("{seen:?}");
    let at_least = |what, count| seen.get(what).is_some_and(|&seen| seen >= count);
    println!("{}", at_least("to the server", repeats / 4) && at_least("to one that stood by", repeats / 8));
    Ok(())
}
