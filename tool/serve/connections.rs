//! The connections of the server, and what bounds them.
//!
//! There are at most [`MOST`] of them. When one more comes, the oldest one on which no page with the pass has asked for anything
//! is closed. So a flood of connections that only wait closes its own, while a new page is served, and runs go on. A connection
//! has [`HEAD`] to say what it wants, [`QUIET`] to send or to take in anything at all, and a small buffer.

use std::collections::BTreeMap;
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use nix::sys::resource::{Resource, getrlimit};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep, sleep};
use tower_service::Service;

/// How many there may be. Where this program may have few descriptors, it is a quarter of these: runs need some, too.
const MOST: usize = 256;
/// How long the head of a request may take, and the time until the next request.
const HEAD: Duration = Duration::from_secs(10);
/// How long a connection may neither send nor take in a byte. An open page answers the server's questions more often.
const QUIET: Duration = Duration::from_secs(15);
/// How many bytes a head may have, and how many the server reads ahead.
const BUFFER: usize = 8 << 10;
/// How many headers a head may have.
const MOST_HEADERS: usize = 64;
/// The time until the next try, when a connection cannot be accepted.
const RECOVERY: Duration = Duration::from_millis(50);

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    /// The address of the other end.
    pub(crate) peer: SocketAddr,
    /// The address of this end.
    pub(crate) here: SocketAddr,
    trusted: AtomicBool,
}

impl Connection {
    /// From here on it is not closed to make room for another one: it comes from a browser that has the pass.
    pub(crate) fn trust(&self) {
        self.trusted.store(true, Ordering::Relaxed);
    }

    fn end(&self, how: Shutdown) {
        // ENOTCONN: the other end has ended it.
        let _ = SockRef::from(&self.stream).shutdown(how);
    }
}

/// The connections there are, the oldest one first.
struct Open {
    most: usize,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    all: BTreeMap<u64, Arc<Connection>>,
    /// The number of the newest one.
    newest: u64,
}

impl Known {
    /// Ends the oldest connection that may be ended. `false` if there is none.
    fn make_room(&mut self) -> bool {
        let oldest = self.all.iter().find(|(_, connection)| !connection.trusted.load(Ordering::Relaxed));
        let oldest = oldest.map(|(&number, _)| number).and_then(|number| self.all.remove(&number));
        oldest.inspect(|connection| connection.end(Shutdown::Both)).is_some()
    }
}

impl Open {
    fn new() -> Open {
        let descriptors = getrlimit(Resource::RLIMIT_NOFILE).map_or(0, |(soft, _)| soft);
        let quarter = usize::try_from(descriptors / 4).unwrap_or(MOST);
        Open { most: quarter.clamp(1, MOST), known: Mutex::default() }
    }

    /// Takes in one more, if there is room or room can be made.
    fn admit(self: &Arc<Self>, connection: &Arc<Connection>) -> Option<Line> {
        let mut known = self.lock();
        if known.all.len() >= self.most && !known.make_room() {
            return None;
        }
        known.newest += 1;
        let number = known.newest;
        known.all.insert(number, connection.clone());
        let quiet = Box::pin(sleep(QUIET));
        Some(Line { connection: connection.clone(), quiet, number, open: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // What is in there is right after each step.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves what comes to these listeners, until this is dropped.
pub(crate) async fn serve(doors: Vec<TcpListener>, router: Router) {
    let open = Arc::new(Open::new());
    let accepting: JoinSet<()> =
        doors.into_iter().map(|door| accept(door, router.clone(), open.clone())).collect();
    accepting.join_all().await;
}

async fn accept(door: TcpListener, router: Router, open: Arc<Open>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(BUFFER).max_headers(MOST_HEADERS);
    loop {
        let (stream, peer) = match door.accept().await {
            Ok(accepted) => accepted,
            Err(error) if is_for_one_connection(&error) => continue,
            // There is no descriptor or no memory for it, so to try again at once is of no use.
            Err(_) => {
                open.lock().make_room();
                sleep(RECOVERY).await;
                continue;
            }
        };
        // A picture of a run is small, and a page waits for it.
        let _ = stream.set_nodelay(true);
        let Ok(here) = stream.local_addr() else { continue };
        let connection = Arc::new(Connection { stream, peer, here, trusted: AtomicBool::new(false) });
        let Some(line) = open.admit(&connection) else { continue };
        let router = router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(connection.clone());
            router.clone().call(request)
        });
        let served = http.serve_connection(TokioIo::new(line), service).with_upgrades();
        tokio::spawn(async move {
            // A connection that ends in the middle is its own trouble.
            let _ = served.await;
        });
    }
}

/// The other end has gone before it was accepted.
fn is_for_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// What is sent and received on a connection. It fails when nothing was for too long.
struct Line {
    connection: Arc<Connection>,
    quiet: Pin<Box<Sleep>>,
    number: u64,
    open: Arc<Open>,
}

impl Line {
    fn moved(&mut self) {
        self.quiet.as_mut().reset(Instant::now() + QUIET);
    }

    /// There is nothing to be done now.
    fn wait<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        self.quiet.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    fn write(
        &mut self,
        context: &mut Context<'_>,
        write: impl Fn(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            if self.connection.stream.poll_write_ready(context)?.is_pending() {
                return self.wait(context);
            }
            match write(&self.connection.stream) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => {
                    self.moved();
                    return Poll::Ready(written);
                }
            }
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.open.lock().all.remove(&self.number);
    }
}

impl AsyncRead for Line {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let line = self.get_mut();
        loop {
            if line.connection.stream.poll_read_ready(context)?.is_pending() {
                return line.wait(context);
            }
            match line.connection.stream.try_read(buffer.initialize_unfilled()) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
                Ok(count) => {
                    buffer.advance(count);
                    line.moved();
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.get_mut().write(context, |stream| stream.try_write(bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().write(context, |stream| stream.try_write_vectored(pieces))
    }

    /// So a file of the site is sent from where it is, and not copied first.
    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.connection.end(Shutdown::Write);
        Poll::Ready(Ok(()))
    }
}
