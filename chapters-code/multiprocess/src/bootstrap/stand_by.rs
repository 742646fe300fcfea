//! A child that was forked before it was needed, and waits for its order.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::time::{Duration, Instant};

use super::message::{LONGEST, Order};
use super::newborn::Newborn;
use super::plan::{Parcel, ParentName, Plan, put_plan};
use super::serve::{NAME, Server};
use super::target::{Target, describe};
use super::{REFUSED, find_here, refuse, take_up};
use crate::error::Refusal;
use crate::sys::function::Descriptor;
use crate::sys::signals::Mask;
use crate::sys::{exit, numbers, poll, socket, this};
use crate::wait::{self, at_exit};
use crate::wire::{self, Kind};

/// An order that comes within this time is one of many that follow each other at once.
const SOON: Duration = Duration::from_micros(50);

/// Waits for an order, and does it. Without one the process ends when the other end of its socket is closed, or the client
/// has ended.
///
/// All signals are blocked meanwhile. What is sent to everybody does not reach it, being in the server's process group; what
/// is sent to it alone waits until it has become somebody.
pub(super) fn stand_by(socket: OwnedFd, server: &Server) -> ! {
    wait::forget_all();
    at_exit::register_in_forked_child();
    let client = server.client.as_ref().and_then(|client| client.try_clone().ok());
    let waited_for = [Some(socket.as_raw_fd()), client.as_ref().map(AsRawFd::as_raw_fd)];
    let own = server.kept.iter().copied().chain(waited_for.into_iter().flatten());
    // What is closed here has owners in the frames above, to which nothing returns.
    let closed = numbers::close_all_but(own.clone().chain(server.rehearsal.descriptors()));
    // Otherwise a rehearsal would only delay it.
    if closed.is_ok() && matches!(poll::is_ready(socket.as_fd(), Some(Instant::now() + SOON)), Ok(false)) {
        server.rehearsal.hold();
    }
    if closed.and_then(|()| numbers::close_all_but(own)).is_err() {
        exit::exit_now(REFUSED);
    }
    // ANCHOR: take_order
    // Otherwise nobody knows of this process any more.
    let Some((order, parcel, place)) = receive(&socket, client) else { exit::exit_now(0) };
    drop(socket);
    if let Err(error) = place.take() {
        refuse(&parcel.file, &Refusal::Unprepared(format!("its folder and outputs: {error}")));
    }
    drop(place);
    if server.ignores_children {
        this::ignore_children();
    } else {
        this::stop_ignoring_children();
    }
    // Refused where that group is gone; then this stays in the server's.
    let _ = this::set_group(0, server.group);
    Mask::from_bits(order.mask).set();
    let (child, alive) = take_up(parcel, |plan| find_here(plan.target_offset, &plan.target));
    child.live(alive)
    // ANCHOR_END: take_order
}

/// Work that comes to nothing.
pub(super) struct Rehearsal {
    plan: File,
    /// `/dev/null`.
    result: File,
}

impl Rehearsal {
    /// Work in that file. Results go to `/dev/null`.
    pub(super) fn new(plan: File, result: File) -> io::Result<Rehearsal> {
        fn describe_value<F: Target<(), Output = ()>>(_: F) -> &'static Descriptor {
            describe::<F, ()>()
        }
        let target = describe_value(|| ());
        let nobody = Plan {
            identity: None,
            target_offset: target.offset().ok_or(io::ErrorKind::NotFound)?,
            target: target.name().to_owned(),
            name: NAME.to_owned(),
            daemon: false,
            method: String::new(),
            lineage: vec![1],
            parent: ParentName { pid: 0, name: String::new() },
            authkey: [0; 32],
        };
        put_plan(&plan, &nobody, &[])?;
        Ok(Rehearsal { plan, result })
    }

    /// The numbers of its files.
    pub(super) fn descriptors(&self) -> [RawFd; 2] {
        [self.plan.as_raw_fd(), self.result.as_raw_fd()]
    }

    fn hold(&self) {
        let Ok((plan, arguments)) = wire::read::<Plan>(&self.plan, Kind::Plan) else { return };
        let target = find_here(plan.target_offset, &plan.target);
        let Ok(result) = self.result.try_clone() else { return };
        Newborn::new(&plan, arguments.into(), target, result).rehearse();
    }
}

fn receive(socket: &OwnedFd, client: Option<OwnedFd>) -> Option<(Order, Parcel, Place)> {
    // The socket alone does not tell of the client's end while a copy of the client that somebody forked holds the other
    // end too.
    let waited_for = [Some(socket.as_fd()), client.as_ref().map(AsFd::as_fd)];
    poll::poll(&waited_for.into_iter().flatten().collect::<Vec<_>>(), None).ok()?;
    // Its number is free for what comes.
    drop(client);
    // An order that the client sent before it ended holds.
    let mut buffer = [0; LONGEST];
    let received = socket::receive(socket.as_fd(), &mut buffer).ok()?;
    let order = wire::decode::<Order>(&buffer[..received.length]).ok().filter(|_| !received.truncated)?;
    let mut descriptors = received.descriptors.into_iter();
    let parcel = Parcel { file: descriptors.next()?.into(), alive: descriptors.next()? };
    let mut place = Place { folder: descriptors.next()?, outputs: [None, None] };
    for (output, there) in place.outputs.iter_mut().zip(order.outputs) {
        if there {
            *output = Some(descriptors.next()?);
        }
    }
    descriptors.next().is_none().then_some((order, parcel, place))
}

/// Where a child is to be.
struct Place {
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
