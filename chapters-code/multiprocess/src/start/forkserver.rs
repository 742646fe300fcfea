//! The forkserver start method: a process of this program that was started anew, has one thread and little memory, and
//! forks ahead of need: a start hands its work to a child that stands by.
//!
//! It is as safe as spawn, since nothing of this process is copied, and as quick as a fork of a small process, whatever
//! this one's size and threads. The server is started for the first child, or by [`start_forkserver`]. It ends with this
//! process. When it has been killed, or would give children other rights than this process has now, the next start starts
//! another one.
//!
//! A child is given what a spawned one is given: this process's standard output and standard error, working directory and
//! signal mask at the time of its start, an empty standard input, and no other descriptors. Its environment, umask,
//! control group and ignored signals are those that the server was started with.

use std::os::fd::AsFd;
use std::sync::Arc;

use super::anew::Anew;
use super::launch::{Launch, Launched, failed};
use crate::bootstrap::{Environment, FORKSERVER, Forkserver, Me, Target, describe, expect_me, put};
use crate::client::{Connection, NotStarted};
use crate::error::{ExitStatus, StartError};
use crate::sys::function::expect_plain;
use crate::sys::image::Identity;
use crate::sys::rights::Rights;
use crate::sys::signals::Mask;
use crate::sys::{numbers, socket, this};
use crate::wait::{Attendant, Collector};
use crate::wire::file;
use crate::wire::handover::{Handover, PlaceOf};
use crate::wire::message::{Call, SERVICE, Service, first};

/// How often a start that finds the server gone tries another one.
const TRIES: u32 = 5;

/// Has a forkserver start a child, to do what the plan says.
pub(crate) fn launch(launch: &Launch<'_>) -> Result<Launched, StartError> {
    let own_folder = match launch.folder {
        Some(_) => None,
        None => Some(this::current_folder().map_err(launch.failed("its working directory"))?),
    };
    let folder = launch.folder.or(own_folder.as_ref().map(AsFd::as_fd)).expect("it is one or the other");
    let mut ended = None;
    for _ in 0..TRIES {
        let connection = connection(launch.me)?;
        let file = file::create().map_err(launch.failed("memory for its work"))?;
        launch.try_the_join(file.as_fd())?;
        put(file.as_fd(), launch.plan, launch.arguments).map_err(launch.failed("memory for its work"))?;
        let place = PlaceOf { mask: Mask::current().bits(), folder, streams: launch.streams };
        let handover = Handover {
            file: file.as_fd(),
            alive: launch.handouts.alive.watching.as_fd(),
            place: Some(place),
            arguments: launch.carried,
        };
        match connection.start(&handover) {
            Ok((id, handle)) => {
                let collector = Collector::Other(connection, id);
                return Ok(Launched { handle, file, collector });
            }
            // It ended before it gave us a child, so no process has this work.
            Err(NotStarted::Gone(status)) => ended = status,
            Err(other) => return Err(why(other, launch.plan.name.as_str())),
        }
    }
    Err(gone(TRIES, ended))
}

/// The error of a start that the server did not do.
fn why(not_started: NotStarted, process: &str) -> StartError {
    match not_started {
        NotStarted::Step(step, source) => failed(process, step)(source),
        NotStarted::Failed(reason) => StartError::Forkserver { reason },
        NotStarted::Gone(status) => gone(1, status),
    }
}

fn gone(tries: u32, status: Option<ExitStatus>) -> StartError {
    match status {
        Some(status) => StartError::ForkserversEnded { tries, status },
        None => StartError::Forkserver { reason: "it has ended, and how is not known".to_owned() },
    }
}

/// The connection to the forkserver, which is started if there is none, or if it is not like this process any more.
fn connection(me: &'static Me) -> Result<Arc<Connection>, StartError> {
    let rights = Rights::current();
    let mut server = me.forkserver();
    server.retired.retain(|retired| !is_let_go(me, retired));
    if let Some(connection) = server.connection.take() {
        if connection.is_usable() && connection.is_like(&rights) {
            server.connection = Some(Arc::clone(&connection));
            return Ok(connection);
        }
        let_go(me, &mut server, connection);
    }
    let connection = Arc::new(start(me, server.preload.clone(), rights)?);
    let attendant: Arc<dyn Attendant> = connection.clone();
    me.children.add_attendant(attendant);
    server.connection = Some(Arc::clone(&connection));
    Ok(connection)
}

/// Has a server end that is not to start any more children. Its children may run on, and their ends have to be told.
fn let_go(me: &Me, server: &mut Forkserver, connection: Arc<Connection>) {
    if !is_let_go(me, &connection) {
        connection.retire();
        server.retired.push(connection);
    }
}

/// Lets go of a server, if it has ended. Gives whether it has.
fn is_let_go(me: &Me, connection: &Arc<Connection>) -> bool {
    if connection.is_usable() {
        return false;
    }
    connection.let_go_of_orphans(&me.children);
    let gone: Arc<dyn Attendant> = connection.clone();
    me.children.remove_attendant(&gone);
    true
}

fn start(me: &'static Me, preload: Option<Call>, rights: Rights) -> Result<Connection, StartError> {
    let handouts = me.handouts().map_err(|(step, source)| failed(FORKSERVER, step)(source))?;
    let [own, its] = socket::pair().map_err(failed(FORKSERVER, "a pair of sockets"))?;
    socket::try_to_receive(own.as_fd()).map_err(failed(FORKSERVER, "recvmsg, to hear it"))?;
    let identity = Identity::own().map_err(failed(FORKSERVER, "/proc/self/exe"))?;
    let service = first(SERVICE, &Service { identity, client: this::pid(), preload });
    socket::send(own.as_fd(), &service, &[]).map_err(failed(FORKSERVER, "telling it what to do"))?;
    let anew = Anew {
        me,
        handouts,
        name: FORKSERVER,
        socket: its,
        streams: [Some(handouts.empty_input.as_fd()), numbers::standard(1), numbers::standard(2)],
        folder: None,
        own_group: false,
        environment: &Environment::default(),
    };
    let server = anew.start()?;
    Ok(Connection::new(server, own, rights.beside_a_child()))
}

/// Starts the forkserver now, before the first child needs it, and waits until it has run its preload hook. Does nothing if the
/// forkserver runs already.
///
/// The counterpart of `ensure_running` in Python's `multiprocessing.forkserver`.
///
/// # Errors
///
/// [`StartError::NotInitialized`], [`StartError::InitRefused`], [`StartError::RaisedRights`] and [`StartError::Exiting`], as for
/// a start. [`StartError::DaemonsStartNothing`] in a daemon. [`StartError::System`] if it could not be started.
/// [`StartError::Forkserver`] if it gave up, for example because its hook panicked.
///
/// # Examples
///
/// ```
/// use multiprocess::{Process, StartMethod, start_forkserver};
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     start_forkserver()?;
///     let process = Process::new(|| 42, ()).start_method(StartMethod::forkserver());
///     assert_eq!(process.start()?.join()?, 42);
///     Ok(())
/// }
/// ```
pub fn start_forkserver() -> Result<(), StartError> {
    let me = expect_me()?;
    if me.daemon {
        return Err(StartError::DaemonsStartNothing { process: me.name.clone() });
    }
    let _starting = me.children.begin_start().ok_or(StartError::Exiting)?;
    connection(me)?.wait_until_ready().map_err(|error| why(error, FORKSERVER))
}

/// Ends the forkserver and its spare children. The children that it has started run on. Does nothing if there is no forkserver.
///
/// The next start by the forkserver method starts another server, which has what this process has then. After most changes you
/// need not call this function, because each start compares the rights of this process with those of the server.
/// [`StartMethod::forkserver`](crate::StartMethod::forkserver) lists what a start does not compare, such as the rules of
/// Landlock, the environment and the umask. Python has no counterpart.
///
/// # Errors
///
/// [`StartError::NotInitialized`] and [`StartError::InitRefused`] as for a start.
///
/// # Examples
///
/// ```
/// use multiprocess::{Process, StartMethod, stop_forkserver};
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let process = Process::new(|| 42, ()).start_method(StartMethod::forkserver());
///     let mut child = process.start()?;
///     stop_forkserver()?;
///     assert_eq!(child.join()?, 42);
///     Ok(())
/// }
/// ```
pub fn stop_forkserver() -> Result<(), StartError> {
    let me = expect_me()?;
    let mut server = me.forkserver();
    if let Some(connection) = server.connection.take() {
        let_go(me, &mut server, connection);
    }
    Ok(())
}

/// Names a function that the forkserver runs once, before it forks any child. Every child then has what the function has made.
///
/// Use it for what is slow to make and then only read, such as a table or a parsed file in a
/// [`OnceLock`](std::sync::OnceLock). All children share its memory until one of them writes to it. Descriptors that the hook
/// leaves open are open in every child. The hook must not make what must not exist twice;
/// [`StartMethod::fork`](crate::StartMethod::fork) has examples. The forkserver refuses to serve if the hook leaves a second
/// thread running. The hook may not start processes of this crate.
///
/// The counterpart of Python's
/// [`set_forkserver_preload`](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.set_forkserver_preload),
/// which names modules to import.
///
/// # Errors
///
/// [`StartError::ForkserverRuns`] if the forkserver has been started already. [`StartError::TargetOutsideExecutable`],
/// [`StartError::NotInitialized`] and [`StartError::InitRefused`], as for a start.
///
/// # Examples
///
/// ```
/// use std::sync::OnceLock;
///
/// use multiprocess::{Process, StartMethod, set_forkserver_preload};
///
/// static SQUARES: OnceLock<Vec<u64>> = OnceLock::new();
///
/// fn squares() -> &'static [u64] {
///     SQUARES.get_or_init(|| (0..1000).map(|n| n * n).collect())
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     set_forkserver_preload(|| {
///         squares();
///     })?;
///     let made_before = || SQUARES.get().is_some();
///     let process = Process::new(made_before, ()).start_method(StartMethod::forkserver());
///     assert!(process.start()?.join()?);
///     Ok(())
/// }
/// ```
pub fn set_forkserver_preload<F: Target<(), Output = ()>>(hook: F) -> Result<(), StartError> {
    const { expect_plain::<F>() }
    let me = expect_me()?;
    // Its type is all that the server needs.
    let _ = hook;
    let callable = describe::<F, ()>();
    let target = callable.name();
    let offset = callable.offset().ok_or(StartError::TargetOutsideExecutable { target })?;
    let mut server = me.forkserver();
    if server.connection.as_ref().is_some_and(|connection| connection.is_usable()) {
        return Err(StartError::ForkserverRuns);
    }
    server.preload = Some(Call { offset, target: target.to_owned() });
    Ok(())
}
