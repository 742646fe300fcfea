//! Who may talk to the server: this machine's own browser, about this server's own pages.
//!
//! A page from elsewhere can point its host name at 127.0.0.1 (DNS rebinding) or open a WebSocket to it. Its `Host` or
//! its `Origin` gives it away.

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Answers 403 to a request from elsewhere and passes the others on.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    match check(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => (StatusCode::FORBIDDEN, refusal).into_response(),
    }
}

fn check(headers: &HeaderMap) -> Result<(), &'static str> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    let host = text(HOST).unwrap_or("");
    if !is_loopback(host) {
        return Err(
            "This server answers to 127.0.0.1 and localhost only. Open the address that it printed.\n",
        );
    }
    // A browser sends its origin with every WebSocket; other programs send none, and they are not the danger.
    match text(ORIGIN) {
        Some(origin) if origin.strip_prefix("http://") != Some(host) => {
            Err("This server answers its own pages only, and this request came from another page.\n")
        }
        _ => Ok(()),
    }
}

/// Any port will do: a reader may have forwarded one.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(host: Option<&'static str>, origin: Option<&'static str>) -> bool {
        let mut headers = HeaderMap::new();
        host.map(|host| headers.insert(HOST, host.parse().unwrap()));
        origin.map(|origin| headers.insert(ORIGIN, origin.parse().unwrap()));
        check(&headers).is_ok()
    }

    #[test]
    fn only_loopback_names_are_hosts() {
        assert!(ask(Some("127.0.0.1:3000"), None));
        assert!(ask(Some("localhost"), None));
        assert!(!ask(Some("rebound.example:3000"), None));
        assert!(!ask(Some("127.0.0.1.example"), None));
        assert!(!ask(Some("localhost:3000@evil.example"), None));
        assert!(!ask(None, None));
    }

    #[test]
    fn an_origin_must_be_the_page_itself() {
        assert!(ask(Some("localhost:3000"), Some("http://localhost:3000")));
        assert!(!ask(Some("localhost:3000"), Some("http://localhost:4000")));
        assert!(!ask(Some("localhost:3000"), Some("https://evil.example")));
        assert!(!ask(Some("localhost:3000"), Some("null")));
    }
}
