//! Which browser may run listings: the one that came by an address that holds a key.
//!
//! Two addresses do. One is printed where the server was started, for whoever can read that terminal. The other one opens the
//! browser; it stands in the arguments of a program then, where other users of the machine can read it, so it is good only
//! for connections from this user's own programs. Either is exchanged for a cookie, and the page's address is without a key
//! then. All of it is worth nothing any more when this server has ended.
//!
//! Cookies do not know ports: the browser sends this one to any server on 127.0.0.1 that the reader visits, and whoever runs
//! that server can run listings with it. `src/run-it-here.md` says so to readers. Its pages alone cannot: their origin is
//! another one.
//!
//! Rejected: a file that only this user can read, with the key in it, to be opened in place of an address. Browsers in a
//! sandbox of their own (snap, flatpak) cannot read it.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{COOKIE, LOCATION, REFERRER_POLICY, SET_COOKIE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::serve::live::peer;
use crate::serve::live::secret::Secret;

/// The keys of one server.
pub(crate) struct Keys {
    address: SocketAddr,
    printed: Secret,
    opened: Secret,
    cookie: Secret,
}

impl Keys {
    /// New ones for the server at this address.
    ///
    /// # Errors
    ///
    /// When the system gives no randomness.
    pub(crate) fn new(address: SocketAddr) -> Result<Keys> {
        Ok(Keys { address, printed: Secret::new()?, opened: Secret::new()?, cookie: Secret::new()? })
    }

    /// The address to print.
    pub(crate) fn printed(&self) -> String {
        format!("http://{}/?token={}", self.address, self.printed.text())
    }

    /// The address to open the browser with.
    pub(crate) fn opened(&self) -> String {
        format!("http://{}/?token={}", self.address, self.opened.text())
    }

    /// Whether a request comes from a browser that has the cookie.
    pub(crate) fn admits(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.any(|(name, value)| name == self.name() && self.cookie.is(value))
    }

    /// The port tells the cookies of two books apart that are served at once.
    fn name(&self) -> String {
        format!("book-{}", self.address.port())
    }

    /// Whether a key that came over a connection from `peer` is good.
    fn opens(&self, given: &str, peer: SocketAddr) -> bool {
        self.printed.is(given) || (self.opened.is(given) && peer::is_ours(peer, self.address))
    }
}

/// Exchanges a key in the address for the cookie, and goes on to the same page without it. A key that is not good, such as
/// that of an earlier server in an old address, leads to the page all the same, and to no cookie.
pub(crate) async fn entrance(State(keys): State<Arc<Keys>>, request: Request, next: Next) -> Response {
    let given = request.uri().query().and_then(|query| query.strip_prefix("token="));
    let Some(given) = given.filter(|_| request.method() == Method::GET) else {
        return next.run(request).await;
    };
    // The path comes back as it came, and begins with one slash: two would lead to another host.
    let page = format!("/{}", request.uri().path().trim_start_matches('/'));
    let headers = [(LOCATION, page), (REFERRER_POLICY, "no-referrer".to_owned())];
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if peer.is_some_and(|ConnectInfo(peer)| keys.opens(given, *peer)) {
        let cookie = format!("{}={}; Path=/; HttpOnly; SameSite=Strict", keys.name(), keys.cookie.text());
        (StatusCode::SEE_OTHER, headers, [(SET_COOKIE, cookie)]).into_response()
    } else {
        (StatusCode::SEE_OTHER, headers).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::new(([127, 0, 0, 1], 3000).into()).expect("randomness")
    }

    fn admits(keys: &Keys, cookies: &[String]) -> bool {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(COOKIE, cookie.parse().expect("a header"));
        }
        keys.admits(&headers)
    }

    #[test]
    fn only_the_cookie_itself_admits() {
        let keys = keys();
        let right = format!("book-3000={}", keys.cookie.text());
        assert!(admits(&keys, std::slice::from_ref(&right)));
        assert!(admits(&keys, &[format!("a=b; {right}; c=d")]));
        assert!(admits(&keys, &["book-3000=old".into(), right.clone()]));
        for wrong in ["", "book-3000", "book-3000=", &right.replace("3000", "3001"), &format!("{right}0")] {
            assert!(!admits(&keys, &[wrong.to_owned()]), "{wrong}");
        }
        assert!(!admits(&keys, &[]));
        assert!(!admits(&keys, &[format!("book-3000={}", keys.printed.text())]), "another secret");
    }

    #[test]
    fn the_key_that_opens_the_browser_is_not_good_for_a_stranger() {
        let keys = keys();
        // No connection comes from there.
        let nobody = ([127, 0, 0, 1], 1).into();
        assert!(keys.opens(keys.printed.text(), nobody));
        assert!(!keys.opens(keys.opened.text(), nobody));
        assert!(!keys.opens(keys.cookie.text(), nobody));
    }
}
