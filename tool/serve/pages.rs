//! The answers of the server: pages from the newest site, and the WebSocket that reloads them. `live` adds those that run
//! listings.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::watch as latest;
use tokio::time::timeout;

use crate::serve::live::Live;
use crate::serve::origin::{self, Origin};
use crate::serve::policy::NOT_A_PAGE;
use crate::serve::site::Site;
use crate::serve::socket::{Presence, bounded, put};

type Latest = latest::Receiver<Arc<Site>>;

/// How long an answer may take. The body of a request is part of it.
const ANSWER: Duration = Duration::from_secs(30);
/// How many bytes the body of a request may have.
const LONGEST_BODY: usize = 4 << 10;

/// Where the pages of a build listen for its successor, as mdBook's `live-reload-endpoint` wants it.
///
/// The address carries the build's number, so that a page which connects after the next build is told at once.
pub(crate) fn reload_endpoint(build: u64) -> String {
    format!("__livereload/{build}")
}

/// The whole server: guarded, never cached.
pub(crate) fn router(site: Latest, live: &Live, origin: Origin) -> Router {
    let pages = Router::new()
        .route("/", get(async |State(site): State<Latest>| page(&site.borrow(), "")))
        .route(
            "/{*path}",
            get(async |State(site): State<Latest>, Path(path): Path<String>| page(&site.borrow(), &path)),
        )
        .route("/__livereload/{build}", get(reload))
        .with_state(site);
    live.routes(pages)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn_with_state(origin, origin::guard))
        .layer(from_fn(every_answer))
}

/// What every answer has: it comes in time, is what it says it is, is for pages of this origin, and is kept by no browser.
async fn every_answer(request: Request, next: Next) -> Response {
    let answer = timeout(ANSWER, next.run(request)).await;
    let mut answer = answer.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response());
    let headers = answer.headers_mut();
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NOT_A_PAGE));
    answer
}

fn page(site: &Site, path: &str) -> Response {
    if let Some((name, policy, bytes)) = site.find(path) {
        return (headers(name, policy), bytes).into_response();
    }
    if site.is_folder(path) {
        let last = path.rsplit('/').next().unwrap_or(path);
        return (StatusCode::PERMANENT_REDIRECT, [(LOCATION, format!("{last}/"))]).into_response();
    }
    match site.find("404.html") {
        Some((name, policy, bytes)) => (StatusCode::NOT_FOUND, headers(name, policy), bytes).into_response(),
        None => (StatusCode::NOT_FOUND, "There is no such page.\n").into_response(),
    }
}

fn headers(name: &str, policy: &str) -> [(HeaderName, String); 2] {
    [(CONTENT_SECURITY_POLICY, policy.to_owned()), (CONTENT_TYPE, content_type(name))]
}

/// Everything textual here is UTF-8, and sources are to be read, not downloaded.
fn content_type(name: &str) -> String {
    let guessed = match name.rsplit_once('.') {
        Some((_, "rs" | "py")) => mime_guess::mime::TEXT_PLAIN,
        _ => mime_guess::from_path(name).first_or_octet_stream(),
    };
    let textual = guessed.type_() == "text" || matches!(guessed.subtype().as_str(), "javascript" | "json");
    if textual { format!("{}; charset=utf-8", guessed.essence_str()) } else { guessed.to_string() }
}

async fn reload(upgrade: WebSocketUpgrade, State(site): State<Latest>, Path(build): Path<u64>) -> Response {
    bounded(upgrade).on_upgrade(move |socket| tell_of_newer(socket, site, build))
}

/// Says `reload` when there is a newer build than the page's, unless the page goes away first.
async fn tell_of_newer(mut socket: WebSocket, mut site: Latest, build: u64) {
    let mut presence = Presence::new();
    loop {
        let newer = async { site.wait_for(|site| site.build() > build).await.is_ok() };
        let stays = tokio::select! {
            newer = newer => {
                if newer {
                    // A page that has gone in the meantime needs no reload.
                    let _ = put(&mut socket, Message::text("reload")).await;
                }
                false
            }
            message = socket.recv() => matches!(message, Some(Ok(_))) && presence.hear(),
            () = presence.time_to_ask() => presence.ask(&mut socket).await,
        };
        if !stays {
            return;
        }
    }
}
