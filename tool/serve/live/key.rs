//! Which browser may run listings: the one that has the pass.
//!
//! It gets the pass for a key, and a key is in the address that it was opened with. Two addresses have one. One is printed where
//! the server was started, for those who can read that terminal. The other one opens the browser. It is in the arguments of a
//! program then, where other users of the machine can read it, so it is good only for connections from this user's own programs.
//! Each key is good once, because a browser keeps the addresses that it was at. When the printed one has been used, another one
//! is printed.
//!
//! The key follows the `#`, so it is in no request's address. The page at that address, `enter.html`, sends it to the server,
//! keeps the pass where only pages of this server's origin can read it, and goes on to the book. Pages send the pass with what
//! they ask for.
//!
//! Rejected: a cookie, because cookies do not know ports, so any other server of this machine that the reader visits under the
//! same name gets it. A file that only this user can read, with the key in it, to be opened in place of an address: browsers in a
//! sandbox of their own (snap, flatpak) cannot read it.

use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};

use crate::serve::connections::Connection;
use crate::serve::live::peer;
use crate::serve::live::secret::Secret;
use crate::serve::origin::{Origin, only};
use crate::terminal;

/// Where a key is exchanged for the pass.
pub(crate) const ENTRANCE: &str = "/__enter";
/// What a page calls the server's side of a WebSocket. A script can send no other header with one, so the pass follows this.
pub(crate) const PROTOCOL: &str = "book";

/// The keys of one server, and the pass.
pub(crate) struct Keys {
    origin: Origin,
    printed: Mutex<Secret>,
    opened: Mutex<Option<Secret>>,
    pass: Secret,
}

impl Keys {
    /// New ones for the server at this origin.
    ///
    /// # Errors
    ///
    /// When the system gives no randomness.
    pub(crate) fn new(origin: Origin) -> Result<Keys> {
        let (printed, opened) = (Mutex::new(Secret::new()?), Mutex::new(Some(Secret::new()?)));
        Ok(Keys { origin, printed, opened, pass: Secret::new()? })
    }

    /// The address to print.
    pub(crate) fn printed(&self) -> String {
        let printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        self.address(&printed)
    }

    /// The address to open the browser with, until that has been done.
    pub(crate) fn opened(&self) -> Option<String> {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.as_ref().map(|key| self.address(key))
    }

    fn address(&self, key: &Secret) -> String {
        self.origin.address(&format!("{ENTRANCE}#{}", key.text()))
    }

    /// The pass, for a key that is good for this connection. The key is used up then.
    ///
    /// # Errors
    ///
    /// When the system gives no randomness for the next key.
    pub(crate) fn exchange(&self, key: &str, connection: &Connection) -> Result<Option<&str>> {
        let mut printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        if printed.is(key) {
            *printed = Secret::new()?;
            let next = self.address(&printed);
            terminal::tell(format_args!("that address has been used; for another browser: {next}"));
            return Ok(Some(self.pass.text()));
        }
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let good = opened.as_ref().is_some_and(|opened| opened.is(key))
            && peer::is_ours(connection.peer, connection.here);
        Ok(good.then(|| {
            *opened = None;
            self.pass.text()
        }))
    }

    /// Whether a request comes from a browser that has the pass.
    pub(crate) fn admits(&self, headers: &HeaderMap) -> bool {
        let given = |name| only(headers, name).ok().flatten();
        let asked = given(AUTHORIZATION).and_then(|text| text.strip_prefix("Bearer "));
        let by_socket =
            given(SEC_WEBSOCKET_PROTOCOL).and_then(|text| text.strip_prefix(PROTOCOL)?.strip_prefix(", "));
        asked.or(by_socket).is_some_and(|pass| self.pass.is(pass))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    #[test]
    fn only_the_pass_itself_admits_and_only_once_in_a_request() {
        let keys = Keys::new(Origin::new(3000).expect("randomness")).expect("randomness");
        let admits = |headers: &[(HeaderName, String)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(name, value.parse().expect("a header"));
            }
            keys.admits(&map)
        };
        let pass = keys.pass.text();
        let bearer = (AUTHORIZATION, format!("Bearer {pass}"));
        assert!(admits(std::slice::from_ref(&bearer)));
        assert!(admits(&[(SEC_WEBSOCKET_PROTOCOL, format!("{PROTOCOL}, {pass}"))]));
        assert!(!admits(&[]));
        assert!(!admits(&[bearer.clone(), bearer]));
        let printed = keys.printed.lock().expect("no thread has panicked").text().to_owned();
        for wrong in ["", "0", &pass[1..], &format!("{pass}0"), &format!("{pass}, {pass}"), &printed] {
            assert!(!admits(&[(AUTHORIZATION, format!("Bearer {wrong}"))]), "{wrong}");
            assert!(!admits(&[(AUTHORIZATION, wrong.to_owned())]), "{wrong}");
            assert!(!admits(&[(SEC_WEBSOCKET_PROTOCOL, format!("{PROTOCOL}, {wrong}"))]), "{wrong}");
        }
    }
}
