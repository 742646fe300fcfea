//! The forkserver: a process that forks children for its client and tells how they end.
//!
//! It is this program, started again, with one thread and little memory, so a fork is quick and safe whatever the client
//! does meanwhile. A child is forked before it is needed and stands by until the client sends it its order, so of a start
//! the client sees one message and no fork; see [`stand_by`](super::stand_by). The children are the server's in the
//! kernel's eyes, and only a parent can collect. Where the kernel keeps how a process ended in its pidfd, which the client
//! has (Linux 6.15), the server has the kernel collect its children and has no part in their ends; elsewhere it collects them,
//! and reports.
//!
//! Two designs were rejected. `CLONE_PARENT` makes the children the client's own, and nothing would have to be reported;
//! but the C library's `fork` cannot be told to, and a bare `clone` skips what libraries have registered with
//! `pthread_atfork`, such as making a generator of random numbers anew. A listening socket with a path, as Python's
//! forkserver has, lets others than its client in
//! ([CVE-2022-42919](https://nvd.nist.gov/vuln/detail/CVE-2022-42919)).

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::process::exit;
use std::time::Duration;

use super::call::{self, perform};
use super::end::REFUSED;
use super::me::{FORKSERVER, Me};
use super::outcome::Outcome;
use super::stand_by::{Ground, Patience, Rehearsal, stand_by};
use super::{handed, report};
use crate::error::ExitStatus;
use crate::sys::child::{self, Block, Handle, Kept, Waited};
use crate::sys::epoll::Epoll;
use crate::sys::fork::{self, Forked};
use crate::sys::signals::Mask;
use crate::sys::{exit as exits, memfd, numbers, poll, socket, this};
use crate::wire::decode;
use crate::wire::message::{Answer, Demand, LONGEST, SERVICE, Service, bytes, short};

/// When to try again to send what there was no room for.
const PAUSE: Duration = Duration::from_millis(1);

/// The most children that one message makes it fork.
const MOST_AT_ONCE: u32 = 1024;

/// How often a fork is tried whose child ends at once.
const MOST_TRIES: u32 = 8;

/// The keys of what is no child.
const CLIENT: u64 = u64::MAX;
const SOCKET: u64 = u64::MAX - 1;

/// Serves the process at the other end of the socket until that has ended.
pub(super) fn serve(socket: OwnedFd) -> ! {
    // Ctrl-C goes to every process of the client's group, where this one is while it runs the hook; it ends with its client
    // and by nothing else but SIGKILL.
    Mask::block_all();
    let server = prepare(&socket).and_then(|prepared| {
        Server::new(socket.as_fd(), prepared).map_err(|(step, error)| format!("{step}: {error}"))
    });
    let answer = match &server {
        Ok(server) => Answer::Ready { kept: server.kept_by_kernel },
        Err(reason) => Answer::Failed(short(reason)),
    };
    // If it cannot be sent the client is gone, which is noticed below.
    let _ = socket::send(socket.as_fd(), &bytes(&answer), &[]);
    match server {
        Ok(mut server) => server.run(),
        Err(_) => exit(REFUSED),
    }
}

/// What a server starts with.
struct Prepared {
    /// The pid of its client.
    client: u32,
    /// Whether the client ignores SIGCHLD, as its children then do.
    ignores_children: bool,
    /// Whether the kernel keeps how children ended.
    kept: bool,
    rehearsal: Rehearsal,
}

/// Runs the hook. Gives the reason where no client can be served.
fn prepare(socket: &OwnedFd) -> Result<Prepared, String> {
    this::is_alone().map_err(|threads| {
        format!(
            "it has {threads} threads before its program's main calls multiprocess::init(), and a fork copies only one"
        )
    })?;
    handed::forget_variable();
    this::ignore_sigpipe();
    let ignores_children = this::stop_ignoring_children();
    this::set_comm(&this::comm(FORKSERVER));
    let mut buffer = [0; LONGEST];
    let received = socket::receive(socket.as_fd(), &mut buffer).map_err(|error| error.to_string())?;
    let service = buffer[..received.length].strip_prefix(SERVICE).ok_or("what it was sent is damaged")?;
    let service: Service = decode(service)?;
    Box::new(Me::server()).become_();
    report::install_hook();
    // Once, for all its children.
    call::expect_own_build(&service.identity).map_err(|refusal| refusal.to_string())?;
    if let Some(hook) = &service.preload {
        let hook = call::find(hook).map_err(|refusal| refusal.to_string())?;
        match perform(hook, &[], Vec::new(), Vec::new()).0 {
            Outcome::Returned => {}
            Outcome::Refused(refusal) => return Err(refusal.to_string()),
            Outcome::Panicked(panic) => return Err(format!("its preload hook panicked: {}", panic.message)),
        }
        this::is_alone().map_err(|threads| {
            let others = match threads - 1 {
                1 => "a thread".to_owned(),
                others => format!("{others} threads"),
            };
            format!("its preload hook left {others} running, which a fork does not copy: let the hook join what it starts")
        })?;
    }
    let rehearsal =
        leave_the_place().and_then(|null| Rehearsal::new(memfd::create(c"rehearsal")?, null.into()));
    let rehearsal = rehearsal.map_err(|error| format!("its outputs and folder: {error}"))?;
    let kept = kernel_keeps_statuses();
    Ok(Prepared { client: service.client, ignores_children, kept, rehearsal })
}

/// Finds out by a child whether its end can be told from its pidfd when nobody has collected it. Afterwards the kernel
/// collects all children, if so.
fn kernel_keeps_statuses() -> bool {
    const CODE: i32 = 7;
    // The child ends when this process lets go of its end, and so not before its pidfd is open: one that the kernel has
    // collected already has none.
    let Ok([own, childs]) = socket::pair() else { return false };
    this::ignore_children();
    #[expect(unsafe_code, reason = "this process has one thread")]
    // SAFETY: `prepare` has seen that this is the only thread; the child ends at once.
    let kept = match unsafe { fork::fork(own.as_fd()) } {
        Ok(Forked::Child) => {
            drop(own);
            let _ = poll::is_ready(childs.as_fd(), None);
            exits::exit_now(CODE)
        }
        Ok(Forked::Parent(Handle { pidfd, .. })) => {
            drop(own);
            // It waits until the child has been collected, and then there is none.
            let _ = child::wait(pidfd.as_fd(), Block::Yes);
            child::status_after_collection(pidfd.as_fd()) == Kept::Status(ExitStatus::Code(CODE))
        }
        Err(_) => false,
    };
    if !kept {
        this::stop_ignoring_children();
    }
    kept
}

/// Gives up what was the client's at the start, and is each child's by its order: a terminal or pipe, and a folder, are
/// free once the client lets go of them. Gives `/dev/null`.
fn leave_the_place() -> io::Result<File> {
    let _ = io::Write::flush(&mut io::stdout());
    exits::flush_c_buffers();
    let null = File::options().read(true).write(true).open("/dev/null")?;
    for output in [1, 2] {
        numbers::place(null.as_fd(), output)?;
    }
    std::env::set_current_dir("/")?;
    Ok(null)
}

/// A forkserver at work.
pub(super) struct Server<'a> {
    socket: BorrowedFd<'a>,
    epoll: Epoll,
    /// What each child finds.
    ground: Ground,
    /// The children that are to be collected. No `HashMap`, whose random keys all children would share.
    children: BTreeMap<u64, OwnedFd>,
    /// How many there have been.
    forked: u64,
    /// What the client has had no room for. It never waits, so that the client's demands are met meanwhile.
    unsent: VecDeque<Unsent>,
    /// Whether the kernel collects the children.
    kept_by_kernel: bool,
    /// The client wants no more children.
    dismissed: bool,
}

struct Unsent {
    message: Vec<u8>,
    descriptors: Vec<OwnedFd>,
}

impl<'a> Server<'a> {
    /// With the step that failed, if one did.
    fn new(socket: BorrowedFd<'a>, prepared: Prepared) -> Result<Server<'a>, (&'static str, io::Error)> {
        let Prepared { client, ignores_children, kept: kept_by_kernel, rehearsal } = prepared;
        let failed = |step| move |error| (step, error);
        let mut kept = numbers::open_now().map_err(failed("listing its descriptors"))?;
        kept.retain(|fd| *fd != socket.as_raw_fd() && !rehearsal.descriptors().contains(fd));
        let epoll = Epoll::new().map_err(failed("epoll_create1"))?;
        epoll.add(socket, SOCKET).map_err(failed("epoll_ctl"))?;
        // A sandbox that refuses to wait does so now.
        epoll.wait(Some(Duration::ZERO)).map_err(failed("epoll_wait"))?;
        // A copy of the client's memory that other code has forked holds the other end of the socket too; so its end alone does
        // not tell of the client's. Where a launcher has put us into another pid namespace, it has to do.
        let client = child::open(client.cast_signed()).ok();
        if let Some(client) = &client {
            epoll.add(client.as_fd(), CLIENT).map_err(failed("epoll_ctl"))?;
        }
        let group = this::group();
        // What is sent to all of the client's group, such as Ctrl-C, is not for those that stand by. They are born into this
        // group and leave it with their order: one that left the client's after its birth could have been sent a signal
        // before, which would wait for whoever it becomes. Refused where a launcher has made this process a session's
        // first; then it has its own group already.
        let _ = this::set_group(0, 0);
        Ok(Server {
            socket,
            epoll,
            ground: Ground { client, kept, group, ignores_children, rehearsal },
            children: BTreeMap::new(),
            forked: 0,
            unsent: VecDeque::new(),
            kept_by_kernel,
            dismissed: false,
        })
    }

    // ANCHOR: run
    fn run(&mut self) -> ! {
        self.fork(1, 0);
        loop {
            // Descriptors in flight are limited too (unix(7), ETOOMANYREFS), and nothing reports when there is room.
            let limit = (!self.unsent.is_empty()).then_some(PAUSE);
            let Ok(ready) = self.epoll.wait(limit) else { exit(REFUSED) };
            for key in ready {
                match key {
                    CLIENT => exit(0),
                    SOCKET => self.listen(),
                    id => self.collect(id),
                }
            }
            if !self.unsent.is_empty() {
                self.send_unsent();
            }
            if self.dismissed && self.children.is_empty() && self.unsent.is_empty() {
                exit(0);
            }
        }
    }
    // ANCHOR_END: run

    fn listen(&mut self) {
        let mut buffer = [0; LONGEST];
        loop {
            let received = match socket::receive(self.socket, &mut buffer) {
                Ok(received) => received,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => exit(REFUSED),
            };
            if received.length == 0 {
                // No more demands. The ends of those that run are still told.
                self.dismissed = true;
                let _ = self.epoll.remove(self.socket);
                return;
            }
            // What is no demand has no client that waits for an answer.
            if let Ok(Demand::More { children, passing }) = decode(&buffer[..received.length]) {
                self.fork(children, passing);
            }
        }
    }

    /// Forks children that stand by.
    fn fork(&mut self, children: u32, passing: u32) {
        let children = children.min(MOST_AT_ONCE);
        let lasting = children.saturating_sub(passing);
        for number in 0..children {
            let patience = Patience { passing: number >= lasting, is_one_of_many: number + 1 < children };
            let mut forked = self.try_fork(patience);
            for _ in 1..MOST_TRIES {
                match &forked {
                    // It has ended before its descriptor was open, as one does for which a limit has become too low
                    // meanwhile, or whose patience was over while this process was stopped.
                    Err(error) if error.raw_os_error() == Some(libc::ESRCH) => {
                        forked = self.try_fork(patience)
                    }
                    _ => break,
                }
            }
            if let Err(error) = forked {
                let errno = error.raw_os_error().unwrap_or(libc::EAGAIN);
                self.say(&Answer::NotForked { errno }, vec![]);
            }
        }
    }

    fn try_fork(&mut self, patience: Patience) -> io::Result<()> {
        // ANCHOR: try_fork
        let [clients, childs] = socket::pair()?;
        #[expect(
            unsafe_code,
            reason = "this process has one thread, and its hook's author was told what is forked"
        )]
        // SAFETY: `prepare` has seen that this is the only thread, and nothing here starts another; this crate's locks are
        // free. What the hook has made exists twice from here on, as its documentation says.
        let Handle { pid, pidfd } = match unsafe { fork::fork(childs.as_fd()) }? {
            Forked::Child => stand_by(childs, patience, &self.ground),
            Forked::Parent(handle) => handle,
        };
        drop(childs);
        // ANCHOR_END: try_fork
        let id = self.forked;
        // Should that fail, the client does not know of the child, which ends by itself.
        let pidfd = self.watch(id, pidfd)?;
        self.forked += 1;
        self.say(&Answer::StandsBy { id, pid, passing: patience.passing }, vec![pidfd, clients]);
        Ok(())
    }

    /// Has a child collected when it ends. Gives a pidfd of it.
    fn watch(&mut self, id: u64, pidfd: OwnedFd) -> io::Result<OwnedFd> {
        if self.kept_by_kernel {
            return Ok(pidfd);
        }
        let copy = numbers::duplicate(pidfd.as_fd())?;
        self.epoll.add(pidfd.as_fd(), id)?;
        self.children.insert(id, pidfd);
        Ok(copy)
    }

    /// A child that can be collected is, and how it ended is told.
    fn collect(&mut self, id: u64) {
        // Its last descriptor: closing it ends the watching too.
        let Some(pidfd) = self.children.remove(&id) else { return };
        let status = match child::wait(pidfd.as_fd(), Block::Yes) {
            Ok(Waited::Ended(status)) => Some(status),
            _ => None,
        };
        let _ = self.epoll.remove(pidfd.as_fd());
        self.say(&Answer::Ended { id, status }, vec![]);
    }

    fn say(&mut self, answer: &Answer, descriptors: Vec<OwnedFd>) {
        self.unsent.push_back(Unsent { message: bytes(answer), descriptors });
        if self.unsent.len() == 1 {
            self.send_unsent();
        }
    }

    fn send_unsent(&mut self) {
        while let Some(Unsent { message, descriptors }) = self.unsent.front() {
            let descriptors: Vec<BorrowedFd<'_>> = descriptors.iter().map(OwnedFd::as_fd).collect();
            match socket::send(self.socket, message, &descriptors) {
                Ok(()) => drop(self.unsent.pop_front()),
                Err(error) if error.raw_os_error() == Some(libc::EPIPE) => exit(0),
                Err(_) => return,
            }
        }
    }
}
