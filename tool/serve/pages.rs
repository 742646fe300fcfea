//! The answers of the server: pages from the newest site, and the WebSocket that reloads them. `live` adds those that run
//! listings.

use std::sync::Arc;

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, StatusCode};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::watch as latest;

use crate::serve::live::Live;
use crate::serve::origin;
use crate::serve::site::Site;

type Latest = latest::Receiver<Arc<Site>>;

/// Where the pages of a build listen for its successor, as mdBook's `live-reload-endpoint` wants it.
///
/// The address carries the build's number, so that a page which connects after the next build is told at once.
pub(crate) fn reload_endpoint(build: u64) -> String {
    format!("__livereload/{build}")
}

/// The whole server: guarded, never cached.
pub(crate) fn router(site: Latest, live: &Live) -> Router {
    let pages = Router::new()
        .route("/", get(async |State(site): State<Latest>| page(&site.borrow(), "")))
        .route(
            "/{*path}",
            get(async |State(site): State<Latest>, Path(path): Path<String>| page(&site.borrow(), &path)),
        )
        .route("/__livereload/{build}", get(reload))
        .with_state(site);
    live.routes(pages).layer(from_fn(origin::guard))
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

fn headers(name: &str, policy: &str) -> [(HeaderName, String); 6] {
    [
        (CONTENT_SECURITY_POLICY, policy.to_owned()),
        (REFERRER_POLICY, "same-origin".to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
        (CONTENT_TYPE, content_type(name)),
        (CACHE_CONTROL, "no-store".to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ]
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
    upgrade.on_upgrade(move |socket| tell_of_newer(socket, site, build))
}

/// Says `reload` when there is a newer build than the page's, unless the page goes away first.
async fn tell_of_newer(mut socket: WebSocket, mut site: Latest, build: u64) {
    let newer = async { site.wait_for(|site| site.build() > build).await.is_ok() };
    let there_is_one = tokio::select! {
        there_is_one = newer => there_is_one,
        () = gone(&mut socket) => false,
    };
    if there_is_one {
        // A page that has gone in the meantime needs no reload.
        let _ = socket.send(Message::text("reload")).await;
    }
}

async fn gone(socket: &mut WebSocket) {
    while let Some(Ok(_)) = socket.recv().await {}
}
