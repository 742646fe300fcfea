//! The server's origin: a name that no server had before, and the requests that may come under it.
//!
//! A browser keeps what a server leaves in it by the server's origin, which is a scheme, a name and a port. A service worker or a
//! cached script of an earlier server at `127.0.0.1:3000` would answer in the place of this one, and read its key. So each start
//! has a name of its own, such as `book-3f9c0a17d2e4b865.localhost`. Browsers know without asking that names below `localhost`
//! mean the machine that they run on, so a forwarded port (`ssh -L`, a container, WSL) needs nothing more than that port.
//!
//! Only requests under that name are answered. A page from elsewhere does not know it, and such a page that points its own name
//! at this machine (DNS rebinding) is given away by that name.
//!
//! Rejected: a random address such as `127.93.12.200`, because ports are forwarded from 127.0.0.1 only. One name for each clone,
//! because a tab that is left open from yesterday would let another server of that port into the origin of today.

use anyhow::{Context, Result};
use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::{Scheme, Uri};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const ANOTHER_NAME: &str =
    "This server answers only to the name in the address that it printed. Open that address.\n";
const ANOTHER_PAGE: &str =
    "This server answers its own pages only, and this request came from another page.\n";
const UNCLEAR: &str = "This request says two things at once.\n";

/// Where a browser finds the server.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    name: String,
    port: u16,
}

impl Origin {
    /// A new one for this port.
    ///
    /// # Errors
    ///
    /// When the system gives no randomness.
    pub(crate) fn new(port: u16) -> Result<Origin> {
        let number = getrandom::u64().context("the system gives no random numbers")?;
        Ok(Origin { name: format!("book-{number:016x}.localhost"), port })
    }

    /// The address of something on this server.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://{}:{}{path}", self.name, self.port)
    }

    /// Any port will do: a reader may have forwarded one.
    fn is(&self, host: &str) -> bool {
        let port = host.strip_prefix(&self.name);
        port.is_some_and(|port| {
            port.is_empty()
                || port
                    .strip_prefix(':')
                    .is_some_and(|port| !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit()))
        })
    }

    fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), (StatusCode, &'static str)> {
        let (Ok(host), Ok(origin)) = (only(headers, HOST), only(headers, ORIGIN)) else {
            return Err((StatusCode::BAD_REQUEST, UNCLEAR));
        };
        let Some(host) = host.filter(|host| self.is(host)) else {
            return Err((StatusCode::FORBIDDEN, ANOTHER_NAME));
        };
        match (uri.scheme(), uri.authority()) {
            (None, None) => {}
            // As a client of a proxy writes it.
            (Some(scheme), Some(authority)) if *scheme == Scheme::HTTP && authority.as_str() == host => {}
            _ => return Err((StatusCode::BAD_REQUEST, UNCLEAR)),
        }
        // A browser sends its origin with every WebSocket and everything that changes something. Other programs send none, and
        // they are not the danger.
        match origin {
            Some(origin) if origin.strip_prefix("http://") != Some(host) => {
                Err((StatusCode::FORBIDDEN, ANOTHER_PAGE))
            }
            _ => Ok(()),
        }
    }
}

/// Answers to a request from elsewhere itself, and passes the others on.
pub(crate) async fn guard(State(origin): State<Origin>, request: Request, next: Next) -> Response {
    match origin.check(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// The text of a header, if there is one. `Err` when there are two, or it is no text: readers of such a request could disagree
/// about it.
pub(crate) fn only(headers: &HeaderMap, name: HeaderName) -> Result<Option<&str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(drop),
        (Some(_), Some(_)) => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(host: &str, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().expect("a header"));
        origin.map(|origin| headers.insert(ORIGIN, origin.parse().expect("a header")));
        let here = Origin { name: "book-0.localhost".to_owned(), port: 3000 };
        here.check(&Uri::from_static("/"), &headers).is_ok()
    }

    #[test]
    fn only_the_name_is_a_host() {
        for host in ["book-0.localhost:3000", "book-0.localhost:8080", "book-0.localhost"] {
            assert!(ask(host, None), "{host}");
        }
        for host in [
            "127.0.0.1:3000",
            "localhost:3000",
            "[::1]:3000",
            "book-1.localhost:3000",
            "book-0.localhost.example:3000",
            "book-0.localhost.:3000",
            "book-0.localhost:",
            "book-0.localhost:3000@evil.example",
            "x.book-0.localhost:3000",
            "",
        ] {
            assert!(!ask(host, None), "{host}");
        }
    }

    #[test]
    fn an_origin_must_be_the_page_itself() {
        let here = "book-0.localhost:3000";
        assert!(ask(here, Some("http://book-0.localhost:3000")));
        for other in [
            "http://book-0.localhost:4000",
            "http://book-0.localhost",
            "https://book-0.localhost:3000",
            "null",
            "",
        ] {
            assert!(!ask(here, Some(other)), "{other}");
        }
    }

    #[test]
    fn no_two_starts_have_the_same_name() {
        let [one, two] = [(), ()].map(|()| Origin::new(3000).expect("randomness"));
        assert_ne!(one.name, two.name);
    }
}
