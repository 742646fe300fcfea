//! One socket, which is one run.

use std::io::{self, PipeReader, PipeWriter, Write, pipe};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use supervisor::Order;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep_until};

use crate::serve::live::act::{Play, perform};
use crate::serve::live::news::{News, Wish};
use crate::serve::live::paths::Paths;
use crate::serve::live::stage::Stage;
use crate::serve::socket::{Presence, put};

/// The time between two pictures of a run, at least; those of a long run take longer to draw, and there are fewer of them.
const PACE: Duration = Duration::from_millis(80);

/// A run that goes on. When this is dropped, the run is stopped.
struct Running {
    stage: Arc<Stage>,
    /// When it is closed, the run ends.
    orders: Option<PipeWriter>,
}

/// Runs the listing, tells the page how it goes, and does what it wishes. When the page goes away, the run ends.
pub(crate) async fn session(mut socket: WebSocket, play: Play, room: Arc<Semaphore>) {
    let Ok(place) = room.try_acquire_owned() else {
        let why = "Other listings are running already, as many as may run at once: stop one, and try again.";
        let _ = send(&mut socket, &News::Refused(why.to_owned())).await;
        return;
    };
    let (orders, giver) = match orders() {
        Ok(ends) => ends,
        Err(error) => {
            let _ = send(&mut socket, &News::Refused(format!("It was not run: {error}."))).await;
            return;
        }
    };
    let stage = Arc::new(Stage::new(Paths::of(&play.root), play.look));
    let running = Running { stage: stage.clone(), orders: Some(giver) };
    let thread = thread::Builder::new().name("run".to_owned()).spawn(move || {
        // The place is given back when nothing of the run is left.
        let _place = place;
        // A page must not wait for the end of a run that a mistake of this program has ended.
        if catch_unwind(AssertUnwindSafe(|| perform(&play, &stage, orders))).is_err() {
            stage.ends(News::Refused("The server made a mistake; its terminal says which.".to_owned()));
        }
    });
    if let Err(error) = thread {
        let _ = send(&mut socket, &News::Refused(format!("It was not run: {error}."))).await;
        return;
    }
    tell(&mut socket, running).await;
}

/// A pipe whose writer does not wait.
fn orders() -> io::Result<(PipeReader, PipeWriter)> {
    let (orders, giver) = pipe()?;
    fcntl(&giver, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    Ok((orders, giver))
}

/// Until the run is over and told of, or the page has gone.
async fn tell(socket: &mut WebSocket, mut running: Running) {
    let mut changes = running.stage.changes();
    let mut next = Instant::now();
    let mut fresh = true;
    let mut presence = Presence::new();
    loop {
        tokio::select! {
            message = socket.recv() => {
                if !presence.hear() {
                    return;
                }
                match message {
                    Some(Ok(Message::Text(text))) => running.obey(&text),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    _ => return,
                }
            }
            () = presence.time_to_ask() => {
                if !presence.ask(socket).await {
                    return;
                }
            }
            // The other end is in the stage, which is here as well.
            _ = changes.changed(), if !fresh => fresh = true,
            () = sleep_until(next), if fresh => {
                changes.mark_unchanged();
                fresh = false;
                let (stage, begun) = (running.stage.clone(), Instant::now());
                // Drawing takes milliseconds, in which other pages want to be served.
                let Ok(news) = spawn_blocking(move || stage.news()).await else { return };
                let drawn = begun.elapsed();
                let sent = send(socket, &news).await;
                if sent.is_err() || matches!(news, News::Over(_) | News::Refused(_)) {
                    return;
                }
                next = Instant::now() + PACE.max(drawn * 4);
            }
        }
    }
}

async fn send(socket: &mut WebSocket, news: &News) -> Result<(), ()> {
    put(socket, Message::text(serde_json::to_string(news).expect("news are always JSON"))).await
}

impl Running {
    fn obey(&mut self, text: &str) {
        match serde_json::from_str(text) {
            Ok(Wish::Stop) => self.orders = None,
            Ok(Wish::Signal { process, name }) => {
                if let (Some(orders), Some(pid)) = (&mut self.orders, self.stage.target(process)) {
                    let order = Order::Signal { pid, signal: name.number() };
                    // EPIPE: the run has just ended. EAGAIN: it is not at orders, and has a pipe full of them. This is the
                    // thread that serves everything, so it does not wait; a whole line is in the pipe or nothing of it.
                    let _ = orders.write(order.line().as_bytes());
                }
            }
            // No page of this server says anything else.
            Err(_) => {}
        }
    }
}
