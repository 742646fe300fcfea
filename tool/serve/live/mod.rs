//! *Run*: a listing runs on the reader's own machine, and a page of the served book shows it while it goes on.
//!
//! One WebSocket is one run. It begins with the socket and ends with it: whoever closes the page, or is gone without a word,
//! has stopped the run. In reading order:
//!
//! - [`secret`], [`key`], [`peer`]: who may run something. [`crate::serve::origin`] turns foreign pages away before.
//! - [`kept`]: what pages keep for the reader from one start to the next.
//! - [`stage`]: what is known of a run, for the thread that runs it and the socket that tells of it.
//! - [`act`]: that thread. [`ending`]: what is said when it is over.
//! - [`seen`]: what there is to see of a run at one moment. [`scene`] draws it for the page. [`paths`] keeps the reader's folders out of it.
//! - [`news`]: the messages, both ways. [`session`]: one socket.
//!
//! What bounds a run is in [`limits`], and the caller of [`Live::new`] says how long one may take. The processes of a run end with its supervisor's caller, which is this server,
//! whichever way it ends.
//!
//! Deliberately absent: code or arguments as free text, from anybody; standard input for a listing.

mod act;
mod ending;
mod kept;
pub(crate) mod key;
mod limits;
mod news;
mod paths;
mod peer;
mod scene;
mod secret;
mod seen;
mod session;
mod stage;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path as Address, Query, Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Extension, Router};
use records::catalog::Catalog;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::figure::timeline::figure::Look;
use crate::page::arguments::{chosen, declared};
use crate::serve::connections::Connection;
use crate::serve::live::act::Play;
use crate::serve::live::kept::Kept;
use crate::serve::live::key::{ENTRANCE, Keys};
use crate::serve::live::limits::MOST_RUNS;
use crate::serve::origin::Origin;
use crate::serve::policy;
use crate::serve::socket::bounded;
use crate::terminal;
use crate::workspace::program::Builds;

/// The page at the entrance.
const ENTER: &str = include_str!("enter.html");

/// What the server needs to run listings; a handle.
#[derive(Clone)]
pub(crate) struct Live {
    root: Arc<Path>,
    keys: Arc<Keys>,
    kept: Arc<Kept>,
    room: Arc<Semaphore>,
    builds: Arc<Builds>,
    within: Duration,
}

impl Live {
    /// For the book at `root`, served at this origin. A run may take so long.
    ///
    /// # Errors
    ///
    /// When the system gives no randomness for the secrets.
    pub(crate) fn new(root: &Path, origin: Origin, within: Duration) -> Result<Live> {
        Ok(Live {
            root: root.into(),
            keys: Arc::new(Keys::new(origin)?),
            kept: Arc::new(Kept::of(root)),
            room: Arc::new(Semaphore::new(MOST_RUNS)),
            builds: Arc::default(),
            within,
        })
    }

    /// Who may run listings, and how they come to it.
    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The paths of it, beside those of `pages`.
    pub(crate) fn routes(&self, pages: Router) -> Router {
        let routes = Router::new()
            .route(ENTRANCE, get(entrance).post(enter))
            .route("/__keep", put(keep))
            .route("/__run", get(may))
            .route("/__run/{chapter}/{listing}", get(run))
            .with_state(self.clone());
        pages.merge(routes).layer(from_fn_with_state(self.clone(), know))
    }

    /// Whether a page of this server, in a browser that has the pass, sends this. A browser sends its origin with every WebSocket
    /// and everything that changes something, and [`crate::serve::origin`] has compared it.
    fn obeys(&self, headers: &HeaderMap) -> bool {
        self.keys.admits(headers) && headers.contains_key(ORIGIN)
    }
}

/// Remembers of a connection that a browser with the pass has it.
async fn know(
    State(live): State<Live>,
    Extension(connection): Extension<Arc<Connection>>,
    request: Request,
    next: Next,
) -> Response {
    if live.keys.admits(request.headers()) {
        connection.trust();
    }
    next.run(request).await
}

/// The page that the printed address leads to.
async fn entrance() -> Response {
    ([(CONTENT_SECURITY_POLICY, policy::of_page(ENTER))], Html(ENTER)).into_response()
}

/// Exchanges a key for the pass, and gives what was kept for the reader.
async fn enter(
    State(live): State<Live>,
    Extension(connection): Extension<Arc<Connection>>,
    key: String,
) -> Response {
    let entered = spawn_blocking(move || {
        let pass = live.keys.exchange(&key, &connection)?;
        anyhow::Ok(pass.map(|pass| json!({ "pass": pass, "kept": live.kept.all() }).to_string()))
    });
    match entered.await {
        Ok(Ok(Some(text))) => ([(CONTENT_TYPE, "application/json")], text).into_response(),
        Ok(Ok(None)) => (StatusCode::FORBIDDEN, "This key is not good, or not any more.\n").into_response(),
        Ok(Err(_)) | Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Keeps something for the reader until the next start.
async fn keep(State(live): State<Live>, headers: HeaderMap, change: String) -> Response {
    if !live.obeys(&headers) {
        return FORBIDDEN.into_response();
    }
    let Ok(change) = serde_json::from_str(&change) else { return StatusCode::BAD_REQUEST.into_response() };
    match spawn_blocking(move || live.kept.change(change)).await {
        Ok(Ok(())) => StatusCode::NO_CONTENT.into_response(),
        Ok(Err(error)) => {
            terminal::tell(format_args!("what a page keeps for you is lost at the next start: {error:#}"));
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

const FORBIDDEN: (StatusCode, &str) =
    (StatusCode::FORBIDDEN, "Only a browser that came by the address that the server gave it may do that.\n");

/// Whether this browser may run listings: what a page asks before it offers that.
async fn may(State(live): State<Live>, headers: HeaderMap) -> &'static str {
    if live.keys.admits(&headers) { "yes" } else { "no" }
}

/// Runs the listing with this id. The query has its arguments.
async fn run(
    State(live): State<Live>,
    Address((chapter, name)): Address<(String, String)>,
    Query(given): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !live.obeys(&headers) {
        return FORBIDDEN.into_response();
    }
    let room = live.room.clone();
    let found = spawn_blocking(move || find(&live, &format!("{chapter}/{name}"), &given)).await;
    match found {
        Ok(Ok(play)) => bounded(upgrade).on_upgrade(move |socket| session::session(socket, play, room)),
        Ok(Err((status, why))) => (status, why).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// What is to be run. Nothing of what was asked for goes any further but by being equal to something that the book has.
fn find(live: &Live, id: &str, given: &[(String, String)]) -> Result<Play, (StatusCode, String)> {
    let Live { root, builds, within, .. } = live.clone();
    let broken = |_| (StatusCode::INTERNAL_SERVER_ERROR, "The book's listings cannot be read.\n".to_owned());
    let catalog = Catalog::read(&root).map_err(broken)?;
    let Some(listing) = catalog.get(id).filter(|listing| !listing.refused) else {
        return Err((StatusCode::NOT_FOUND, "There is no such listing.\n".to_owned()));
    };
    let source = fs::read_to_string(root.join(listing.source())).map_err(broken)?;
    // A page that tells the story of the run in its main events draws this run like it.
    let (brief, given): (Vec<_>, Vec<_>) =
        given.iter().cloned().partition(|(name, look)| name == "timeline" && look == "brief");
    let look = if brief.is_empty() { Look::Whole } else { Look::Brief };
    let arguments = declared(&source).and_then(|declared| chosen(&declared, &given));
    let arguments = arguments.map_err(|why| (StatusCode::BAD_REQUEST, why + "\n"))?;
    Ok(Play { listing: listing.clone(), look, root, arguments, builds, within })
}
