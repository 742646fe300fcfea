//! The forkserver start method: a process of this program that was started anew, has one thread and little memory, and
//! forks ahead of need: a start hands its plan to a child that stands by.
//!
//! It is as safe as spawn, since nothing of this process is copied, and as quick as a fork of a small process, whatever
//! this one's size and threads. The server is started for the first child, or by [`start_forkserver`]; when it
//! has been killed, the next start starts another one. It ends with this process.
//!
//! A child is given what a spawned one is given: this process's standard output and standard error, working directory and
//! signal mask at the time of its start, an empty standard input, and no other descriptors. Its environment, umask and
//! limits are those that the server was started with.

mod connection;

use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use connection::{Connection, NotStarted, Sent};

use super::{Launched, Order, anew};
use crate::bootstrap::{
    FORKSERVER, Role, Service, Target, describe, expect_role, new_file, put_plan, put_service,
};
use crate::error::{Error, Result};
use crate::sys::child::Handle;
use crate::sys::image::Identity;
use crate::sys::{socket, this};
use crate::wait::{self, Collector, Reporter};

/// How often a start that finds the server killed tries another one.
const TRIES: usize = 5;

/// The forkserver of this process. A `static`, because starts in any place of the program share it, as they share the
/// choice of the start method.
static SERVER: Mutex<Server> = Mutex::new(Server { connection: None, preload: None });

struct Server {
    connection: Option<Arc<Connection>>,
    /// Where the hook's descriptor lies, and its type name.
    preload: Option<(u64, String)>,
}

/// Has a forkserver start a child, to do what the plan says.
pub(crate) fn launch(order: &Order<'_>) -> Result<Launched> {
    let name = &order.plan.name;
    let failed = |step| move |source| Error::Start { process: name.clone(), step, source };
    let handouts = order.role.handouts().map_err(|(step, source)| failed(step)(source))?;
    let folder = this::current_folder().map_err(failed("its working directory"))?;
    for _ in 0..TRIES {
        let connection = connection(order.role)?;
        let file = new_file().map_err(failed("memory for its plan"))?;
        put_plan(&file, order.plan, order.arguments).map_err(failed("memory for its plan"))?;
        let sent =
            Sent { file: file.as_fd(), alive: handouts.alive.watching.as_fd(), folder: folder.as_fd() };
        match connection.start(&sent) {
            Ok((id, Handle { pid, pidfd })) => {
                let collector = Collector::Other(connection, id);
                return Ok(Launched { pid, pidfd, pending: file.into(), collector });
            }
            Err(NotStarted::Step(step, source)) => return Err(failed(step)(source)),
            Err(NotStarted::Failed(reason)) => return Err(Error::Forkserver { reason }),
            // It was killed before it gave us a child, so nobody has this plan.
            Err(NotStarted::Gone) => {}
        }
    }
    Err(Error::Forkserver {
        reason: format!("it was killed {TRIES} times in a row while it was asked for a child"),
    })
}

/// The connection to the forkserver, which is started if there is none.
fn connection(role: &Role) -> Result<Arc<Connection>> {
    let mut server = lock();
    if let Some(connection) = server.connection.take() {
        if connection.is_usable() {
            server.connection = Some(Arc::clone(&connection));
            return Ok(connection);
        }
        let gone: Arc<dyn Reporter> = connection;
        wait::remove_reporter(&gone);
    }
    let connection = Arc::new(start(role, server.preload.clone())?);
    let reporter: Arc<dyn Reporter> = connection.clone();
    wait::add_reporter(reporter);
    server.connection = Some(Arc::clone(&connection));
    Ok(connection)
}

fn start(role: &Role, preload: Option<(u64, String)>) -> Result<Connection> {
    let failed = |step| move |source| Error::Start { process: FORKSERVER.to_owned(), step, source };
    let [own, its]: [OwnedFd; 2] = socket::pair().map_err(failed("a pair of sockets"))?;
    let file = new_file().map_err(failed("memory for its plan"))?;
    let identity = Identity::own().map_err(failed("/proc/self/exe"))?;
    put_service(&file, &Service { identity, client: this::pid(), preload })
        .map_err(failed("memory for its plan"))?;
    let started = anew::start(role, FORKSERVER, [file.as_fd(), its.as_fd()])?;
    Ok(Connection::new(started, own))
}

/// Starts the forkserver now, rather than with the first child that needs it, and waits until it has run its preload hook.
/// Does nothing if it runs.
///
/// The counterpart of `ensure_running` in Python's `multiprocessing.forkserver`.
///
/// # Errors
///
/// [`Error::NotInitialized`] and [`Error::InitRefused`] as for a start; [`Error::DaemonsStartNothing`] in a daemon;
/// [`Error::Start`] if it could not be started; [`Error::Forkserver`] if it gave up, for instance because its hook panicked.
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
pub fn start_forkserver() -> Result<()> {
    let role = expect_role()?;
    if role.daemon {
        return Err(Error::DaemonsStartNothing { process: role.name.clone() });
    }
    match connection(role)?.wait_until_ready() {
        Ok(()) => Ok(()),
        Err(NotStarted::Failed(reason)) => Err(Error::Forkserver { reason }),
        Err(NotStarted::Gone) => Err(Error::Forkserver { reason: "it was killed".to_owned() }),
        Err(NotStarted::Step(step, source)) => {
            Err(Error::Start { process: FORKSERVER.to_owned(), step, source })
        }
    }
}

/// Names a function that the forkserver runs once, before it forks anything: what it makes is there in every child, without
/// being made again.
///
/// It is for what is slow to make and is only read afterwards, such as a table or a parsed file in a
/// [`OnceLock`](std::sync::OnceLock). All children share its memory until one of them writes to it. Descriptors that it
/// leaves open are open in every child. What must not exist twice (see [`StartMethod::fork`](crate::StartMethod::fork))
/// must not be made here. It must leave one thread, which is checked, and may start no processes of this crate.
///
/// The counterpart of Python's
/// [`set_forkserver_preload`](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.set_forkserver_preload),
/// which names modules to import.
///
/// # Errors
///
/// [`Error::ForkserverRuns`] if the forkserver has been started already; [`Error::TargetOutsideExecutable`] as for a start;
/// [`Error::NotInitialized`] and [`Error::InitRefused`] too.
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
pub fn set_forkserver_preload<F: Target<(), Output = ()>>(hook: F) -> Result<()> {
    expect_role()?;
    // Its type is all that the server needs.
    let _ = hook;
    let descriptor = describe::<F, ()>();
    let target = descriptor.name();
    let offset = descriptor.offset().ok_or(Error::TargetOutsideExecutable { target })?;
    let mut server = lock();
    if server.connection.as_ref().is_some_and(|connection| connection.is_usable()) {
        return Err(Error::ForkserverRuns);
    }
    server.preload = Some((offset, target.to_owned()));
    Ok(())
}

fn lock() -> MutexGuard<'static, Server> {
    SERVER.lock().unwrap_or_else(PoisonError::into_inner)
}
