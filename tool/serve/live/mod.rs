//! *Run*: a listing runs on the reader's own machine, and a page of the served book shows it while it goes on.
//!
//! One WebSocket is one run. It begins with the socket and ends with it: whoever closes the page, or is gone without a word,
//! has stopped the run. In reading order:
//!
//! - [`secret`], [`key`], [`peer`]: who may run something. [`crate::serve::origin`] turns foreign pages away before.
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
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path as Address, Query, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use records::catalog::Catalog;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::page::arguments::{chosen, declared};
use crate::serve::live::act::Play;
use crate::serve::live::key::Keys;
use crate::serve::live::limits::{LONGEST_MESSAGE, MOST_RUNS};
use crate::workspace::program::Builds;

/// What the server needs to run listings; a handle.
#[derive(Clone)]
pub(crate) struct Live {
    root: Arc<Path>,
    keys: Arc<Keys>,
    room: Arc<Semaphore>,
    builds: Arc<Builds>,
    within: Duration,
}

impl Live {
    /// For the book at `root`, served at this address. A run may take so long.
    ///
    /// # Errors
    ///
    /// When the system gives no randomness for the secrets.
    pub(crate) fn new(root: &Path, address: SocketAddr, within: Duration) -> Result<Live> {
        let keys = Arc::new(Keys::new(address)?);
        Ok(Live {
            root: root.into(),
            keys,
            room: Arc::new(Semaphore::new(MOST_RUNS)),
            builds: Arc::default(),
            within,
        })
    }

    /// Who may run listings, and how they come to it.
    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The paths of it, below `/__run`, in front of all pages of `pages`.
    pub(crate) fn routes(&self, pages: Router) -> Router {
        let routes = Router::new()
            .route("/__run", get(may))
            .route("/__run/{chapter}/{listing}", get(run))
            .with_state(self.clone());
        pages.merge(routes).layer(from_fn_with_state(self.keys.clone(), key::entrance))
    }
}

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
    // A browser sends its origin with every WebSocket, and `origin` has compared it. Who sends none is no page of ours.
    if !live.keys.admits(&headers) || !headers.contains_key(ORIGIN) {
        return (StatusCode::FORBIDDEN, "Only the browser that the server has opened may run listings.\n")
            .into_response();
    }
    let room = live.room.clone();
    let found = spawn_blocking(move || find(&live, &format!("{chapter}/{name}"), &given)).await;
    match found {
        Ok(Ok(play)) => {
            let upgrade = upgrade.max_message_size(LONGEST_MESSAGE);
            upgrade.on_upgrade(move |socket| session::session(socket, play, room))
        }
        Ok(Err((status, why))) => (status, why).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// What is to be run. Nothing of what was asked for goes any further but by being equal to something that the book has.
fn find(live: &Live, id: &str, given: &[(String, String)]) -> Result<Play, (StatusCode, String)> {
    let Live { root, builds, within, .. } = live.clone();
    let broken = |_| (StatusCode::INTERNAL_SERVER_ERROR, "The book's listings cannot be read.\n".to_owned());
    let catalog = Catalog::read(&root).map_err(broken)?;
    let Some(listing) = catalog.get(id) else {
        return Err((StatusCode::NOT_FOUND, "There is no such listing.\n".to_owned()));
    };
    let source = fs::read_to_string(root.join(listing.source())).map_err(broken)?;
    let arguments = declared(&source).and_then(|declared| chosen(&declared, given));
    let arguments = arguments.map_err(|why| (StatusCode::BAD_REQUEST, why + "\n"))?;
    Ok(Play { listing: listing.clone(), root, arguments, builds, within })
}
