//! Waits for things drawn at random, of every kind and in either state, some of them several times, and compares what is said
//! to be ready with what is.

use std::fs::File;
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use multiprocess::{Process, Result, active_children, parent_process, wait};
use multiprocess_programs::meeting::stay;
use multiprocess_programs::random::Random;
use multiprocess_programs::repeats;

/// A thing to wait for, and whether it is ready.
type Thing<'a> = (BorrowedFd<'a>, bool);

fn main() -> Result<()> {
    multiprocess_programs::init();
    assert!(parent_process().is_none());
    let running =
        [Process::new(stay, ()).daemon(true).start()?, Process::new(stay, ()).daemon(true).start()?];
    let ended = [Process::new(|| (), ()).start()?, Process::new(|| std::process::exit(3), ()).start()?];
    for child in &ended {
        wait(&[child.as_fd()], None)?;
    }
    let mut joined = Process::new(|| (), ()).start()?;
    joined.join()?;
    let active = active_children();
    assert_eq!(active.len(), running.len());

    let (full_pipe, mut writer) = io::pipe().expect("a pipe");
    writer.write_all(b"x").expect("room");
    let (empty_pipe, _writer) = io::pipe().expect("a pipe");
    let (closed_pipe, _) = io::pipe().expect("a pipe");
    let (full_socket, mut other) = UnixStream::pair().expect("sockets");
    other.write_all(b"x").expect("room");
    let (quiet_socket, _other) = UnixStream::pair().expect("sockets");
    let (left_socket, _) = UnixStream::pair().expect("sockets");
    let file = File::open("/proc/self/exe").expect("it opens");
    let idle = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let asked = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let _asks = TcpStream::connect(asked.local_addr().expect("it is bound")).expect("somebody listens");
    let (told, untold) = (udp(), udp());
    untold.send_to(b"x", told.local_addr().expect("it is bound")).expect("the port is there");
    // What is sent by way of the network's loop may take a moment.
    for fd in [told.as_fd(), asked.as_fd()] {
        assert_eq!(wait(&[fd], Some(Duration::from_secs(10)))?, [0]);
    }

    let things: Vec<Thing<'_>> = vec![
        (running[0].as_fd(), false),
        (running[1].sentinel(), false),
        (active[0].as_fd(), false),
        (active[1].as_fd(), false),
        (ended[0].as_fd(), true),
        (ended[1].sentinel(), true),
        (joined.as_fd(), true),
        (full_pipe.as_fd(), true),
        (empty_pipe.as_fd(), false),
        (closed_pipe.as_fd(), true),
        (full_socket.as_fd(), true),
        (quiet_socket.as_fd(), false),
        (left_socket.as_fd(), true),
        (file.as_fd(), true),
        (idle.as_fd(), false),
        (asked.as_fd(), true),
        (told.as_fd(), true),
        (untold.as_fd(), false),
    ];
    let (mut none, mut all, repeats) = (0, 0, repeats(2000));
    let mut random = Random::from_environment();
    for _ in 0..repeats {
        let draws = random.below(6) as usize;
        let drawn: Vec<Thing<'_>> =
            (0..draws).map(|_| things[random.below(things.len() as u64) as usize]).collect();
        let fds: Vec<BorrowedFd<'_>> = drawn.iter().map(|(fd, _)| *fd).collect();
        let expected: Vec<usize> = (0..drawn.len()).filter(|&place| drawn[place].1).collect();
        let timeout = if expected.is_empty() { Some(Duration::ZERO) } else { None };
        assert_eq!(wait(&fds, timeout)?, expected, "{drawn:?}");
        none += u32::from(expected.is_empty());
        all += u32::from(!expected.is_empty() && expected.len() == drawn.len());
    }
    println!("{}", none > repeats / 20 && all > repeats / 20);
    Ok(())
}

fn udp() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0").expect("a free port")
}
