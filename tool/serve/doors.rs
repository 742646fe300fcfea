//! Where the server listens: at one port of both loopback addresses.
//!
//! Browsers look up a name below `localhost` at `::1` and at 127.0.0.1. If another program had the port at one of the two, the
//! browser could take the key there.

use std::io::{Error, ErrorKind, Result};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::TcpListener;

/// How often another free port is tried, when the one that the system gave for one address is taken at the other.
const TRIES: usize = 20;

/// Listens at this port, at any free one for 0. All listeners have the same port.
///
/// # Errors
///
/// When the port is taken at either address, or there is no IPv4.
pub(crate) async fn open(port: u16) -> Result<Vec<TcpListener>> {
    let mut taken = Error::from(ErrorKind::AddrInUse);
    for _ in 0..if port == 0 { TRIES } else { 1 } {
        let four = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        match TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, four.local_addr()?.port()))).await {
            Ok(six) => return Ok(vec![four, six]),
            Err(error) if error.kind() == ErrorKind::AddrInUse => taken = error,
            // This machine has no IPv6, so no other program listens there.
            Err(_) => return Ok(vec![four]),
        }
    }
    Err(taken)
}
