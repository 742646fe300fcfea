//! `book serve`: from changed files to a reloaded page.
//!
//! One thread builds, whenever the watch reports a change, and publishes each finished [`Site`]. The server answers from
//! the newest one: [`site`] holds a finished build, `pages` answers from it, `policy` says what a page may do, `live` runs a
//! listing for it. A build that fails prints its error and leaves the last good site in place.
//!
//! Before a request gets there it passes `doors`, where the server listens, `connections`, which bounds what comes, and `origin`,
//! which turns strangers away. `socket` bounds WebSockets.

mod connections;
mod doors;
pub(crate) mod live;
mod origin;
mod pages;
mod policy;
pub mod site;
mod socket;

use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use supervisor::Temporary;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{oneshot, watch as latest};

use crate::build;
use crate::doctor;
use crate::serve::live::Live;
use crate::serve::origin::Origin;
use crate::serve::site::Site;
use crate::terminal;
use crate::workspace::watch;

const DEFAULT_PORT: u16 = 3000;
/// How long a build that is under way may hold up the end of the program.
const LAST_BUILD: Duration = Duration::from_millis(700);

/// How to serve.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The port that was asked for, `Some(0)` for any free one.
    pub port: Option<u16>,
    /// Open the browser when the book is ready.
    pub open: bool,
    /// Look at the files again and again instead of waiting for file events.
    pub poll: bool,
    /// How long a run on a page may take.
    pub within: Duration,
}

/// Builds the book, serves it to this machine and builds it again on every change, until Ctrl-C or SIGTERM.
///
/// # Errors
///
/// When the port is taken, the first build fails, or the book's files cannot be watched.
pub fn serve(root: &Path, options: &Options) -> Result<()> {
    let root = root.canonicalize().with_context(|| format!("cannot find {}", root.display()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(serve_until_signal(&root, options));
    // Open connections, WebSockets above all, are dropped and not waited for.
    runtime.shutdown_background();
    result
}

async fn serve_until_signal(root: &Path, options: &Options) -> Result<()> {
    // Before anything is started, so that no signal finds something half begun.
    let mut stop = Stop::new()?;
    let doors = bind(options.port).await?;
    let origin = Origin::new(port_of(&doors)?)?;
    let live = Live::new(root, origin.clone(), options.within)?;

    // Before the first build, so that no change is lost between the two.
    let (changed, changes) = mpsc::channel();
    let tell = move || {
        // The receiver is gone while the program ends.
        let _ = changed.send(());
    };
    let watch = watch::start(&watch::Pages { root: root.to_path_buf() }, options.poll, tell)?;

    let (first_built, first) = oneshot::channel();
    let (finished, builder_finished) = oneshot::channel();
    let builder = Builder { root: root.to_path_buf() };
    std::thread::Builder::new().name("build".to_owned()).spawn(move || {
        builder.run(&changes, first_built);
        let _ = finished.send(());
    })?;

    let served = tokio::select! {
        served = serve_when_built(doors, origin, &live, first, options.open) => served,
        () = stop.requested() => Ok(()),
    };
    // Without a watch there are no more changes, which ends the builder after the build it may be at.
    drop(watch);
    let _ = tokio::time::timeout(LAST_BUILD, builder_finished).await;
    served
}

async fn serve_when_built(
    doors: Vec<TcpListener>,
    origin: Origin,
    live: &Live,
    first: oneshot::Receiver<Result<latest::Receiver<Arc<Site>>>>,
    open: bool,
) -> Result<()> {
    let site = first.await.context("the first build ended without a result")??;
    let address = live.keys().printed();
    writeln!(stdout(), "{address}").and_then(|()| stdout().flush()).context("cannot print the address")?;
    if stderr().is_terminal() {
        terminal::tell("Ctrl-C ends it");
    }
    if open && let Some(opened) = live.keys().opened() {
        open_browser(opened, address);
    }
    connections::serve(doors, pages::router(site, live, origin)).await;
    Ok(())
}

async fn bind(port: Option<u16>) -> Result<Vec<TcpListener>> {
    match (port, doors::open(port.unwrap_or(DEFAULT_PORT)).await) {
        (_, Ok(doors)) => Ok(doors),
        (_, Err(error)) if error.kind() == ErrorKind::AddrNotAvailable => {
            bail!("cannot serve on 127.0.0.1 ({error}): {}", doctor::network::mend(&error))
        }
        (None, Err(error)) => {
            let doors = doors::open(0).await.context("cannot open any port on 127.0.0.1")?;
            let free = port_of(&doors)?;
            terminal::tell(format_args!(
                "port {DEFAULT_PORT} cannot be used ({error}); serving on {free} instead"
            ));
            Ok(doors)
        }
        (Some(port), Err(error)) => bail!(
            "cannot serve on port {port} ({error}): end the program that uses it, choose another with `--port`, \
             or let `--port 0` find a free one"
        ),
    }
}

fn port_of(doors: &[TcpListener]) -> Result<u16> {
    Ok(doors.first().context("there is no listener")?.local_addr()?.port())
}

/// Starts the browser from a thread of its own: some launchers return only when the browser ends.
fn open_browser(address: String, printed: String) {
    std::thread::spawn(move || {
        if let Err(error) = open::that_detached(&address) {
            terminal::tell(format_args!("cannot open a browser ({error}): open {printed} yourself"));
        }
    });
}

/// Ctrl-C and SIGTERM.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    fn new() -> Result<Stop> {
        Ok(Stop { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn requested(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// What the thread that builds needs to know.
struct Builder {
    root: PathBuf,
}

impl Builder {
    /// Builds once and reports it, then again after every change, until the watch is gone or the first build failed.
    fn run(&self, changes: &Receiver<()>, first_built: oneshot::Sender<Result<latest::Receiver<Arc<Site>>>>) {
        let publish = match self.build(1) {
            Ok(site) => {
                let (publish, site) = latest::channel(Arc::new(site));
                let _ = first_built.send(Ok(site));
                publish
            }
            Err(error) => {
                let _ = first_built.send(Err(error));
                return;
            }
        };
        for number in 2.. {
            if changes.recv().is_err() {
                return;
            }
            while changes.try_recv().is_ok() {}
            match self.build(number) {
                Ok(site) => {
                    let _ = publish.send_replace(Arc::new(site));
                }
                Err(error) => {
                    terminal::tell(format_args!("error: {error:#}\nstill serving the last good build"));
                }
            }
        }
    }

    fn build(&self, number: u64) -> Result<Site> {
        let started = Instant::now();
        let progress = ProgressBar::new_spinner().with_message("building the book");
        progress.enable_steady_tick(Duration::from_millis(100));
        let site = self.build_in_passing(number);
        progress.finish_and_clear();
        if site.is_ok() && stderr().is_terminal() {
            terminal::tell(format_args!("built the book in {:.1} s", started.elapsed().as_secs_f64()));
        }
        site
    }

    /// The folder lives for this build only: a server that is killed leaves none behind.
    fn build_in_passing(&self, number: u64) -> Result<Site> {
        let folder = Temporary::new()?;
        let site = folder.path().join("site");
        build::build_served(&self.root, &site, &pages::reload_endpoint(number))?;
        Site::read(&site, number)
    }
}
