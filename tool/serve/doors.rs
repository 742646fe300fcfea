//! Where the server listens: at one port of both loopback addresses.
//!
//! Browsers look up a name below `localhost` at `::1` and at 127.0.0.1. If another program had the port at one of the two, the
//! browser could take the key there.

use std::io::{Error, ErrorKind, Result};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use socket2::SockRef;
use tokio::net::TcpListener;

/// How many bytes the kernel holds for a connection in each direction. It would grow that to megabytes for an other end which takes
/// nothing in.
const BUFFER: usize = 64 << 10;
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
        let four = listen(Ipv4Addr::LOCALHOST.into(), port).await?;
        match listen(Ipv6Addr::LOCALHOST.into(), four.local_addr()?.port()).await {
            Ok(six) => return Ok(vec![four, six]),
            Err(error) if error.kind() == ErrorKind::AddrInUse => taken = error,
            // This machine has no IPv6, so no other program listens there.
            Err(_) => return Ok(vec![four]),
        }
    }
    Err(taken)
}

async fn listen(address: IpAddr, port: u16) -> Result<TcpListener> {
    let listener = TcpListener::bind((address, port)).await?;
    // Connections get what their listener has.
    let socket = SockRef::from(&listener);
    socket.set_send_buffer_size(BUFFER)?;
    socket.set_recv_buffer_size(BUFFER)?;
    Ok(listener)
}
