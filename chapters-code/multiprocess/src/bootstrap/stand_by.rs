//! A child that was forked before it was needed, and waits for its order.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::time::{Duration, Instant};

use super::call;
use super::end::{Birth, REFUSED};
use super::enter::{Surroundings, refuse_work, take_up};
use super::me::{self, FORKSERVER};
use super::newborn::Newborn;
use super::plan::{Environment, ParentName, Plan, put};
use super::target::{Target, describe};
use crate::error::Refusal;
use crate::method::Kind;
use crate::sys::function::Callable;
use crate::sys::signals::Mask;
use crate::sys::{exit, numbers, poll, socket, this};
use crate::wire::file::{self, Found, Mark};
use crate::wire::handover::{self, NoWork, PlaceFor, Work};
use crate::wire::message::Call;

/// An order that comes within this time is one of many that follow each other at once.
const SOON: Duration = Duration::from_micros(50);

/// The same for one of many that are forked together: the server is still at it.
const LATER: Duration = Duration::from_millis(2);

/// How long one stands by that was demanded in a burst and is not needed any more.
const PASSING: Duration = Duration::from_secs(1);

/// What a child finds that was forked by a server.
pub(super) struct Ground {
    /// The client, where that can be seen.
    pub(super) client: Option<OwnedFd>,
    /// The descriptors that were open when the hook had run: a child keeps them.
    pub(super) kept: Vec<RawFd>,
    /// The process group of the client.
    pub(super) group: u32,
    /// A child ignores SIGCHLD, as its client does.
    pub(super) ignores_children: bool,
    pub(super) rehearsal: Rehearsal,
}

/// How long a child stands by.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// It ends after a moment.
    pub(super) passing: bool,
    /// Others are forked after it, without a pause.
    pub(super) is_one_of_many: bool,
}

/// Waits for an order, and does it. Without one the process ends when the other end of its socket is closed, the client
/// has ended, or its patience is at an end.
///
/// All signals are blocked meanwhile. What is sent to everybody does not reach it, being in the server's process group; what
/// is sent to it alone waits until it has become somebody.
pub(super) fn stand_by(socket: OwnedFd, patience: Patience, ground: &Ground) -> ! {
    me::Me::forget_original();
    me::register_exit_in_forked_child();
    let client = ground.client.as_ref().and_then(|client| client.try_clone().ok());
    let waited_for = [Some(socket.as_raw_fd()), client.as_ref().map(AsRawFd::as_raw_fd)];
    let own = ground.kept.iter().copied().chain(waited_for.into_iter().flatten());
    // What is closed here has owners in the frames above, to which nothing returns.
    let closed = numbers::close_all_but(own.clone().chain(ground.rehearsal.descriptors()));
    // Otherwise a rehearsal would only delay it.
    let soon = Instant::now() + if patience.is_one_of_many { LATER } else { SOON };
    if closed.is_ok() && matches!(poll::is_ready(socket.as_fd(), Some(soon)), Ok(false)) {
        ground.rehearsal.hold();
    }
    if closed.and_then(|()| numbers::close_all_but(own)).is_err() {
        exit::exit_now(REFUSED);
    }
    // ANCHOR: take_order
    // Without work, no process knows of this one any more, or it is not needed.
    let Some((work, place)) = wait_for_work(&socket, client, patience) else { exit::exit_now(0) };
    drop(socket);
    let surroundings = Surroundings {
        streams: std::array::from_fn(|number| place.streams[number].as_ref().map(AsFd::as_fd)),
        folder: Some(place.folder.as_fd()),
    };
    if let Err((what, error)) = surroundings.enter() {
        refuse_work(work.file, Birth::Copied, Refusal::Unprepared(format!("{what}: {error}")));
    }
    if ground.ignores_children {
        this::ignore_children();
    } else {
        this::stop_ignoring_children();
    }
    // This fails if that group is gone. Then this process stays in the server's group.
    let _ = this::set_group(0, ground.group);
    Mask::from_bits(place.mask).set();
    drop(place);
    let (child, alive) = take_up(work, Birth::Copied, |plan| call::find(&plan.call));
    child.live(alive)
    // ANCHOR_END: take_order
}

/// Work that comes to nothing.
pub(super) struct Rehearsal {
    work: OwnedFd,
    /// `/dev/null`.
    result: OwnedFd,
}

impl Rehearsal {
    /// Work in that file. Results go to `/dev/null`.
    pub(super) fn new(work: OwnedFd, result: OwnedFd) -> io::Result<Rehearsal> {
        fn describe_value<F: Target<(), Output = ()>>(_: F) -> &'static Callable {
            describe::<F, ()>()
        }
        let target = describe_value(|| ());
        let nobody = Plan {
            identity: None,
            call: Call {
                offset: target.offset().ok_or(io::ErrorKind::NotFound)?,
                target: target.name().to_owned(),
            },
            name: FORKSERVER.to_owned(),
            daemon: false,
            tied: false,
            own_group: false,
            method: Kind::Forkserver,
            chosen: None,
            lineage: vec![1],
            parent: ParentName { pid: 0, name: String::new() },
            authkey: [0; 32],
            environment: Environment::default(),
        };
        put(work.as_fd(), &nobody, &[])?;
        Ok(Rehearsal { work, result })
    }

    /// The numbers of its files.
    pub(super) fn descriptors(&self) -> [RawFd; 2] {
        [self.work.as_raw_fd(), self.result.as_raw_fd()]
    }

    fn hold(&self) {
        let Ok(Found::Whole(plan, arguments)) = file::read::<Plan>(self.work.as_fd(), Mark::Work) else {
            return;
        };
        let target = call::find(&plan.call);
        let Ok(result) = self.result.try_clone() else { return };
        Newborn::new(&plan, Birth::Copied, arguments.into(), target, result).rehearse();
    }
}

fn wait_for_work(socket: &OwnedFd, client: Option<OwnedFd>, patience: Patience) -> Option<(Work, PlaceFor)> {
    // The socket alone does not tell of the client's end while a copy of the client that other code forked holds the other
    // end too.
    let waited_for = [Some(socket.as_fd()), client.as_ref().map(AsFd::as_fd)];
    let waited_for: Vec<_> = waited_for.into_iter().flatten().collect();
    let deadline = patience.passing.then(|| Instant::now() + PASSING);
    let ready = poll::poll(&waited_for, deadline).ok()?;
    // Its number is free for what comes.
    drop(client);
    if !ready.contains(&true) {
        // From here on the client is told that no order can be taken. One that it has sent before holds.
        socket::stop_receiving(socket.as_fd());
    }
    if !matches!(poll::is_ready(socket.as_fd(), Some(Instant::now())), Ok(true)) {
        return None;
    }
    // An order that the client sent before it ended holds.
    match handover::take(socket.as_fd(), &[]) {
        Ok(mut work) => work.place.take().map(|place| (work, place)),
        Err(NoWork::Gone | NoWork::Damaged(_)) => None,
        Err(NoWork::Incomplete(file, reason)) => {
            refuse_work(file, Birth::Copied, Refusal::Unprepared(reason))
        }
    }
}
