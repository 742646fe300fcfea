//! A thousand connections that are nearly always idle: a thread for each, or one loop for all.

use std::cell::RefCell;
use std::fs;
use std::io::{BufRead, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::goal::Goal;
use crate::group::Group;
use crate::helper::Helper;
use crate::samples::Case;
use crate::unit::Unit;

/// The argument that makes this program a server; the next one says of which kind.
pub(crate) const SERVER: &str = "serve_connections";

pub(crate) const MEMORY: Group = Group {
    name: "connections",
    heads: ("What 1,000 idle connections add to a server's memory", None),
    unit: Unit::Kibibytes,
    rounds: 20,
    cases: memory,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("Each sample is of a new server, over TCP on 127.0.0.1, after each connection has carried one message and its \
            answer. From it, what the server had before the first connection is taken off. In memory and reserved: `VmRSS` \
            and `VmSize` in `/proc/PID/status`. Kernel stacks: `KernelStack` in `/proc/meminfo`, which is of the whole \
            machine. The kernel's buffers of the connections are in none of them, and the same for both.\n"
            .to_owned())
    },
    page: None,
};

pub(crate) const WAKES: Group = Group {
    name: "connection_wakes",
    heads: ("How often a server with 1,000 connections fell asleep", None),
    unit: Unit::Count,
    rounds: 40,
    cases: wakes,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("Voluntary context switches (`voluntary_ctxt_switches` in `/proc/PID/task/*/status`) of all threads that serve.\n"
            .to_owned())
    },
    page: None,
};

pub(crate) const MESSAGES: Group = Group {
    name: "connection_messages",
    heads: ("A message and its answer", Some("times a thread for each")),
    unit: Unit::Microseconds,
    rounds: 100,
    cases: messages,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("Ten of the connections carry 1,000 messages of one byte in turn, and the next one is sent when the answer to the \
            last one is there. The others are idle. A sample is the mean of the 1,000. Over TCP on 127.0.0.1, between two \
            processes.\n"
            .to_owned())
    },
    page: None,
};

const MANY: usize = 1000;
const FEW: usize = 10;

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Threads,
    Poll,
    Epoll,
}

impl Way {
    const ALL: [Way; 3] = [Way::Threads, Way::Poll, Way::Epoll];

    fn name(self) -> &'static str {
        match self {
            Way::Threads => "a thread for each",
            Way::Poll => "one loop over `poll`",
            Way::Epoll => "one loop over `epoll`",
        }
    }
}

/// A server in a process of its own, and its clients.
struct Server {
    helper: Helper,
    clients: Vec<TcpStream>,
}

impl Server {
    fn start(way: Way) -> anyhow::Result<Server> {
        let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
        Ok(Server { helper: Helper::ours_as(&[SERVER, way.name()])?, clients: vec![] })
    }

    fn with(way: Way, connections: usize) -> anyhow::Result<Server> {
        let mut server = Server::start(way)?;
        server.connect(connections)?;
        Ok(server)
    }

    /// Each of them has carried a message after that, so all that it needs is there.
    fn connect(&mut self, connections: usize) -> anyhow::Result<()> {
        let port = self.helper.ask("port")? as u16;
        for _ in 0..connections {
            let client = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
            client.set_nodelay(true)?;
            self.clients.push(client);
            self.helper.ask("accept")?;
        }
        self.helper.ask("serve")?;
        self.clients.iter_mut().try_for_each(|client| {
            say(client)?;
            hear(client)
        })
    }

    /// Ten of the clients, spread over all.
    fn speakers(&mut self) -> impl Iterator<Item = &mut TcpStream> {
        let step = self.clients.len() / FEW;
        self.clients.iter_mut().step_by(step)
    }
}

fn say(mut client: &TcpStream) -> anyhow::Result<()> {
    Ok(client.write_all(b"?")?)
}

fn hear(mut client: &TcpStream) -> anyhow::Result<()> {
    let mut answer = [0];
    client.read_exact(&mut answer)?;
    ensure!(answer == *b"?", "another answer: {answer:?}");
    Ok(())
}

fn memory() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for way in [Way::Threads, Way::Poll] {
        for (what, field) in [("in memory", "VmRSS"), ("reserved", "VmSize")] {
            cases.push(Case::new(format!("{}: {what}", way.name()), move || {
                let mut server = Server::start(way)?;
                let before = server.helper.ask(field)?;
                server.connect(MANY)?;
                Ok(server.helper.ask(field)? - before)
            }));
        }
        cases.push(Case::new(format!("{}: kernel stacks", way.name()), move || {
            let mut server = Server::start(way)?;
            let before = field("/proc/meminfo", "KernelStack")?;
            server.connect(MANY)?;
            Ok(field("/proc/meminfo", "KernelStack")? - before)
        }));
    }
    Ok(cases)
}

fn wakes() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for way in [Way::Threads, Way::Poll] {
        let server = Rc::new(RefCell::new(Server::with(way, MANY)?));
        let mut case = |what: &str, act: fn(&mut Server) -> anyhow::Result<()>| {
            let server = Rc::clone(&server);
            cases.push(Case::new(format!("{}: {what}", way.name()), move || {
                let mut server = server.borrow_mut();
                let before = server.helper.ask("asleep")?;
                act(&mut server)?;
                Ok(server.helper.ask("asleep")? - before)
            }));
        };
        case("no client speaks for 100 ms", |_| {
            thread::sleep(Duration::from_millis(100));
            Ok(())
        });
        case("10 clients speak in turn", |server| {
            server.speakers().try_for_each(|client| {
                say(client)?;
                hear(client)
            })
        });
        case("10 clients speak at once", |server| {
            server.speakers().try_for_each(|client| say(client))?;
            server.speakers().try_for_each(|client| hear(client))
        });
    }
    Ok(cases)
}

fn messages() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for count in [FEW, MANY] {
        let name = |way: Way| format!("{count} connections, {}", way.name());
        for way in Way::ALL {
            let mut server = Server::with(way, count)?;
            let case = Case::new(name(way), move || {
                const TURNS: usize = 100;
                let started = Instant::now();
                for _ in 0..TURNS {
                    server.speakers().try_for_each(|client| {
                        say(client)?;
                        hear(client)
                    })?;
                }
                Ok(started.elapsed().as_secs_f64() * 1e6 / (TURNS * FEW) as f64)
            });
            cases.push(case.over(name(Way::Threads)));
        }
    }
    Ok(cases)
}

/// Does as the lines of its input say, and answers each with a number.
pub(crate) fn serve(way: &str) -> anyhow::Result<()> {
    let way = Way::ALL.into_iter().find(|known| known.name() == way).context("an unknown way")?;
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let mut accepted = Vec::new();
    for task in std::io::stdin().lock().lines() {
        let answer = match &*task? {
            "port" => f64::from(listener.local_addr()?.port()),
            "accept" => {
                let (connection, _) = listener.accept()?;
                connection.set_nodelay(true)?;
                accepted.push(connection);
                0.0
            }
            "serve" => {
                start(way, std::mem::take(&mut accepted));
                0.0
            }
            "asleep" => asleep()?,
            name @ ("VmRSS" | "VmSize") => field("/proc/self/status", name)?,
            other => bail!("an unknown task: {other:?}"),
        };
        println!("{answer}");
    }
    // The process ends here, and its other threads with it.
    Ok(())
}

fn start(way: Way, connections: Vec<TcpStream>) {
    let serve = match way {
        Way::Threads => {
            for connection in connections {
                thread::spawn(move || while echo(&connection) {});
            }
            return;
        }
        Way::Poll => loop_over_poll,
        Way::Epoll => loop_over_epoll,
    };
    thread::spawn(move || serve(connections).expect("the loop does not fail"));
}

/// Answers one message. False at the end of the connection.
fn echo(mut connection: &TcpStream) -> bool {
    let mut byte = [0];
    matches!(connection.read(&mut byte), Ok(1)) && connection.write_all(&byte).is_ok()
}

fn loop_over_poll(connections: Vec<TcpStream>) -> nix::Result<()> {
    let mut watched: Vec<PollFd<'_>> =
        connections.iter().map(|connection| PollFd::new(connection.as_fd(), PollFlags::POLLIN)).collect();
    loop {
        poll(&mut watched, PollTimeout::NONE)?;
        for (place, entry) in watched.iter().enumerate() {
            if entry.any() == Some(true) && !echo(&connections[place]) {
                return Ok(()); // all clients end together
            }
        }
    }
}

fn loop_over_epoll(connections: Vec<TcpStream>) -> nix::Result<()> {
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    for (place, connection) in connections.iter().enumerate() {
        epoll.add(connection, EpollEvent::new(EpollFlags::EPOLLIN, place as u64))?;
    }
    let mut events = [EpollEvent::empty(); 64];
    loop {
        let count = epoll.wait(&mut events, EpollTimeout::NONE)?;
        for event in &events[..count] {
            if !echo(&connections[event.data() as usize]) {
                return Ok(());
            }
        }
    }
}

/// How often all threads but this one have gone to sleep. What is being done is let finish before.
fn asleep() -> anyhow::Result<f64> {
    thread::sleep(Duration::from_millis(20));
    let this = std::process::id().to_string();
    let mut sum = 0.0;
    for task in fs::read_dir("/proc/self/task")? {
        let task = task?;
        if task.file_name() != *this {
            sum += field(&format!("{}/status", task.path().display()), "voluntary_ctxt_switches")?;
        }
    }
    Ok(sum)
}

/// A number in a file of lines such as `VmRSS:  2004 kB`.
fn field(path: &str, name: &str) -> anyhow::Result<f64> {
    let text = fs::read_to_string(path)?;
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let value = value.with_context(|| format!("{path} has no {name}"))?;
    Ok(value.trim().trim_end_matches(" kB").parse()?)
}
