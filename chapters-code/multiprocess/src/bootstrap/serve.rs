//! The forkserver: a process that forks children on request and tells how they end.
//!
//! It is this program, started again, with one thread and little memory, so a fork is quick and safe whatever the client
//! does meanwhile. The children are its own in the kernel's eyes, and only a parent can collect, so it does, and reports.
//!
//! Two designs were rejected. `CLONE_PARENT` makes the children the client's own, and nothing would have to be reported;
//! but the C library's `fork` cannot be told to, and a bare `clone` skips what libraries have registered with
//! `pthread_atfork`, such as making a generator of random numbers anew. A listening socket with a path, as Python's
//! forkserver has, lets others than its client in
//! ([CVE-2022-42919](https://nvd.nist.gov/vuln/detail/CVE-2022-42919)).

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::panic::catch_unwind;
use std::process::exit;
use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::newborn::Newborn;
use super::plan::{NotTaken, Parcel, Plan};
use super::request::{Answer, Failure, LONGEST, Request, encode, short};
use super::{REFUSED, alone, find, message, refuse, report, role};
use crate::error::Refusal;
use crate::sys::child::{self, Block, Kept, Waited};
use crate::sys::epoll::{Epoll, For};
use crate::sys::fork::{self, Forked};
use crate::sys::image::Identity;
use crate::sys::signals::Mask;
use crate::sys::socket;
use crate::sys::{exit as exits, memfd, numbers, this};
use crate::wait::{self, at_exit};
use crate::wire::{self, Body, FrameError, Kind};

/// What a forkserver has to know.
#[derive(Serialize, Deserialize)]
pub(crate) struct Service {
    pub(crate) identity: Identity,
    /// The pid of its client, whose end is its own.
    pub(crate) client: u32,
    /// The function that it runs before it forks anything: the place of its descriptor, and its type name.
    pub(crate) preload: Option<(u64, String)>,
}

/// What the process calls itself.
pub(crate) const NAME: &str = "forkserver";

/// The keys of what is no child.
const CLIENT: u64 = u64::MAX;
const SOCKET: u64 = u64::MAX - 1;

/// Serves the process at the other end of the socket until that has ended.
pub(super) fn serve(parcel: Parcel) -> ! {
    // Ctrl-C goes to every process of the terminal; this one ends with its client and by nothing else but SIGKILL.
    Mask::block_all();
    let Parcel { file, alive: socket } = parcel;
    let prepared = prepare(&file);
    let answer = match &prepared {
        Ok(_) => Answer::Ready,
        Err(reason) => Answer::Failed(short(reason)),
    };
    // If it cannot be sent the client is gone, which is noticed below.
    let _ = socket::send(socket.as_fd(), &encode(&answer), &[]);
    match prepared.and_then(|client| Server::new(socket, client).map_err(|error| error.to_string())) {
        Ok(mut server) => server.run(),
        Err(_) => exit(REFUSED),
    }
}

/// Runs the hook. Gives the pid of the client, or the reason why nobody can be served.
fn prepare(file: &File) -> Result<u32, String> {
    let alone = || alone().map_err(|refusal| refusal.to_string());
    alone()?;
    role::forget_child_variable();
    this::ignore_sigpipe();
    this::set_comm(NAME);
    if !memfd::claim(file) {
        return Err(NotTaken::ByAnother.to_string());
    }
    let (service, _): (Service, _) = wire::read(file, Kind::Service).map_err(|error| error.to_string())?;
    role::become_(Box::new(role::Role::server()));
    report::install(file.try_clone().map_err(|error| error.to_string())?);
    if let Some((offset, name)) = &service.preload {
        let hook = find(&service.identity, *offset, name).map_err(|refusal| refusal.to_string())?;
        match catch_unwind(|| hook.entry()(&[], Vec::new())) {
            Ok(Ok(_)) => {}
            Ok(Err(refusal)) => return Err(refusal.to_string()),
            Err(payload) => {
                let panic = message(payload.as_ref()).message;
                std::mem::forget(payload);
                return Err(format!("its preload hook panicked: {panic}"));
            }
        }
        this::is_alone().map_err(|threads| {
            format!("its preload hook left {threads} threads, and a fork copies one: let the hook join what it starts")
        })?;
    }
    leave_the_place().map_err(|error| format!("its outputs and folder: {error}"))?;
    Ok(service.client)
}

/// Gives up what was the client's at the start, and is each child's by its request: a terminal or pipe, and a folder, are
/// free once the client lets go of them.
fn leave_the_place() -> io::Result<()> {
    let _ = io::Write::flush(&mut io::stdout());
    exits::flush_c_buffers();
    let null = File::options().read(true).write(true).open("/dev/null")?;
    for output in [1, 2] {
        numbers::place(null.as_fd(), output)?;
    }
    std::env::set_current_dir("/")
}

/// A forkserver at work.
struct Server {
    socket: OwnedFd,
    epoll: Epoll,
    /// Looked at by no one: to have it watched it must be open.
    _client: Option<OwnedFd>,
    /// The children that have not ended, by the id of their request.
    children: HashMap<u64, Rc<OwnedFd>>,
    /// What the client has had no room for. It never waits, so that the client's requests are taken meanwhile.
    unsent: VecDeque<Unsent>,
    /// The descriptors that were open when the hook had run: a child keeps them.
    kept: Vec<RawFd>,
}

struct Unsent {
    message: Vec<u8>,
    pidfd: Option<Rc<OwnedFd>>,
}

/// What a child is sent with.
struct Sent {
    file: File,
    alive: OwnedFd,
    folder: OwnedFd,
    outputs: [Option<OwnedFd>; 2],
}

impl Server {
    fn new(socket: OwnedFd, client: u32) -> io::Result<Server> {
        let mut kept = numbers::open_now()?;
        kept.retain(|&fd| fd != socket.as_raw_fd());
        let epoll = Epoll::new()?;
        epoll.add(socket.as_fd(), SOCKET)?;
        // A copy of the client's memory that somebody forked holds the other end of the socket too; so its end alone does
        // not tell of the client's. Where a launcher has put us into another pid namespace, it has to do.
        let client = child::open(client.cast_signed()).ok();
        if let Some(client) = &client {
            epoll.add(client.as_fd(), CLIENT)?;
        }
        let (children, unsent) = (HashMap::new(), VecDeque::new());
        Ok(Server { socket, epoll, _client: client, children, unsent, kept })
    }

    fn run(&mut self) -> ! {
        loop {
            // Descriptors in flight are limited too (unix(7), ETOOMANYREFS), and nothing tells when there is room again.
            let limit = (!self.unsent.is_empty()).then_some(Duration::from_millis(1));
            let Ok(ready) = self.epoll.wait(limit) else { exit(REFUSED) };
            for key in ready {
                match key {
                    CLIENT => exit(0),
                    SOCKET => self.take_requests(),
                    id => self.collect(id),
                }
            }
            self.send_unsent();
        }
    }

    fn take_requests(&mut self) {
        let mut buffer = [0; LONGEST];
        loop {
            let received = match socket::receive(self.socket.as_fd(), &mut buffer) {
                Ok(received) => received,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => exit(REFUSED),
            };
            if received.length == 0 {
                exit(0);
            }
            // What is no request has nobody who waits for an answer.
            let Ok(request) = wire::decode::<Request>(&buffer[..received.length]) else { continue };
            let sent = match Sent::take(&request, received.descriptors) {
                Some(sent) if !received.truncated => sent,
                // The kernel leaves out what there is no number for.
                _ => {
                    self.not_started(request.id, Failure::Receive, libc::EMFILE);
                    continue;
                }
            };
            self.start(&request, sent);
        }
    }

    fn start(&mut self, request: &Request, sent: Sent) {
        let (plan, body): (Plan, Body) = match wire::open(&sent.file, Kind::Plan) {
            Ok(plan) => plan,
            Err(error) => {
                let errno = if let FrameError::Io(error) = error { error.raw_os_error() } else { None };
                return self.not_started(request.id, Failure::ReadPlan, errno.unwrap_or(libc::EBADMSG));
            }
        };
        let target = find(&plan.identity, plan.target_offset, &plan.target);
        // Long arguments are read by the child, or their memory would be copied.
        let (arguments, rest) = match body.into_read() {
            Ok(arguments) => (arguments, None),
            Err(body) => (Vec::new(), Some(body)),
        };
        let Sent { file, alive, folder, outputs } = sent;
        let child = Newborn::new(&plan, Cow::Owned(arguments), target, file);
        #[expect(unsafe_code, reason = "this process has one thread, and its hook's author was told what is forked")]
        // SAFETY: `prepare` has seen that this is the only thread, and nothing here starts another; this crate's locks are
        // free. What the hook has made exists twice from here on, as its documentation says.
        let forked = unsafe { fork::fork(self.socket.as_fd()) };
        match forked {
            Ok(Forked::Child) => self.live(request.mask, child, rest, Place { alive, folder, outputs }),
            Ok(Forked::Parent { pid, pidfd }) => {
                let pidfd = Rc::new(pidfd);
                let id = request.id;
                if let Err(error) = self.epoll.add(pidfd.as_fd(), id) {
                    // It cannot be watched, so it must not be; nobody has been told of it.
                    let _ = child::signal(pidfd.as_fd(), libc::SIGKILL);
                    let _ = child::wait(pidfd.as_fd(), Block::Yes);
                    return self.not_started(id, Failure::Fork, error.raw_os_error().unwrap_or(libc::ENOMEM));
                }
                self.children.insert(id, Rc::clone(&pidfd));
                self.say(&Answer::Started { id, pid }, Some(pidfd));
            }
            Err(error) => {
                self.not_started(request.id, Failure::Fork, error.raw_os_error().unwrap_or(libc::EAGAIN));
            }
        }
    }

    fn not_started(&mut self, id: u64, failure: Failure, errno: i32) {
        self.say(&Answer::NotStarted { id, failure, errno }, None);
    }

    /// A child that can be collected is, and how it ended is told.
    fn collect(&mut self, id: u64) {
        let Some(pidfd) = self.children.get(&id) else { return };
        let status = match child::wait(pidfd.as_fd(), Block::Yes) {
            Ok(Waited::Ended(status)) => Some(status),
            _ => match child::status_after_collection(pidfd.as_fd()) {
                Kept::Status(status) => Some(status),
                _ => None,
            },
        };
        if let Some(pidfd) = self.children.remove(&id) {
            // By hand: a copy that is still to be sent keeps the set watching.
            let _ = self.epoll.remove(pidfd.as_fd());
        }
        self.say(&Answer::Ended { id, status }, None);
    }

    fn say(&mut self, answer: &Answer, pidfd: Option<Rc<OwnedFd>>) {
        self.unsent.push_back(Unsent { message: encode(answer), pidfd });
        self.send_unsent();
    }

    fn send_unsent(&mut self) {
        while let Some(Unsent { message, pidfd }) = self.unsent.front() {
            let pidfd: Vec<BorrowedFd<'_>> = pidfd.iter().map(|pidfd| pidfd.as_fd()).collect();
            match socket::send(self.socket.as_fd(), message, &pidfd) {
                Ok(()) => drop(self.unsent.pop_front()),
                Err(error) if error.raw_os_error() == Some(libc::EPIPE) => exit(0),
                Err(_) => break,
            }
        }
        let what = if self.unsent.is_empty() { For::Reading } else { For::ReadingAndRoom };
        let _ = self.epoll.change(self.socket.as_fd(), SOCKET, what);
    }

    /// The child's first steps and its work.
    fn live(&self, mask: u64, mut child: Newborn<'_>, arguments: Option<Body>, place: Place) -> ! {
        wait::forget_all();
        at_exit::register_in_forked_child();
        // Marked first: whoever finds the plan claimed can find out by whom.
        let claimed = memfd::hold(&child.file).is_ok() && memfd::claim(&child.file);
        if !claimed {
            // Its client has given it up, and nobody waits for it.
            exits::exit_now(REFUSED);
        }
        if let Err(error) = place.take() {
            refuse(&child.file, &Refusal::Unprepared(format!("its folder and outputs: {error}")));
        }
        let own = [child.file.as_raw_fd(), place.alive.as_raw_fd()];
        if let Err(error) = numbers::close_all_but(self.kept.iter().copied().chain(own)) {
            refuse(&child.file, &Refusal::Unprepared(format!("closing what is the forkserver's: {error}")));
        }
        // Closed already.
        std::mem::forget((place.folder, place.outputs));
        Mask::from_bits(mask).set();
        let read = arguments.map(|rest| rest.read(&child.file)).transpose();
        let taken = read.and_then(|read| wire::mark_taken(&child.file).map(|()| read).map_err(FrameError::from));
        match taken {
            Ok(None) => {}
            Ok(Some(arguments)) => child.arguments = Cow::Owned(arguments),
            Err(error) => refuse(&child.file, &Refusal::PlanUnreadable(error.to_string())),
        }
        child.live(place.alive)
    }
}

impl Sent {
    /// The descriptors in their order.
    fn take(request: &Request, descriptors: Vec<OwnedFd>) -> Option<Sent> {
        let mut descriptors = descriptors.into_iter();
        let (file, alive, folder) = (descriptors.next()?.into(), descriptors.next()?, descriptors.next()?);
        let mut outputs = [None, None];
        for (output, there) in outputs.iter_mut().zip(request.outputs) {
            if there {
                *output = Some(descriptors.next()?);
            }
        }
        descriptors.next().is_none().then_some(Sent { file, alive, folder, outputs })
    }
}

/// Where a child is to be.
struct Place {
    alive: OwnedFd,
    folder: OwnedFd,
    outputs: [Option<OwnedFd>; 2],
}

impl Place {
    /// Puts this process where its client is: in the client's folder, with the client's outputs. Its input is the
    /// server's, which is empty.
    fn take(&self) -> io::Result<()> {
        this::enter_folder(self.folder.as_fd())?;
        for (number, output) in [1, 2].into_iter().zip(&self.outputs) {
            match output {
                Some(output) => numbers::place(output.as_fd(), number)?,
                None => numbers::clear(number),
            }
        }
        Ok(())
    }
}
