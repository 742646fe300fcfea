//! Whose program is at the other end of a connection on this machine.

use std::fs;
use std::net::{IpAddr, SocketAddr};

use nix::unistd::getuid;

/// `TCP_ESTABLISHED`, of the kernel's `tcp_states.h`.
const ESTABLISHED: &str = "01";

/// Whether the connection from `peer` to `here` was made by a program of this user, or by the superuser's, such as one that
/// passes connections into a container. One that cannot be found is nobody's.
pub(crate) fn is_ours(peer: SocketAddr, here: SocketAddr) -> bool {
    let table = if here.is_ipv4() { "/proc/net/tcp" } else { "/proc/net/tcp6" };
    let table = fs::read_to_string(table).unwrap_or_default();
    owner(&table, peer, here).is_some_and(|owner| owner == 0 || owner == getuid().as_raw())
}

/// The user who has the socket at this end, from the table that proc_net_tcp(5) describes. A connection that its owner has
/// closed is not looked at: the kernel says that it is the superuser's.
fn owner(table: &str, end: SocketAddr, other: SocketAddr) -> Option<u32> {
    let (end, other) = (hexadecimal(end), hexadecimal(other));
    let rows = table.lines().skip(1).map(|line| line.split_ascii_whitespace().collect::<Vec<_>>());
    let is_open = |row: &Vec<&str>| row.get(3) == Some(&ESTABLISHED);
    rows.filter(|row| row.get(1) == Some(&&*end) && row.get(2) == Some(&&*other) && is_open(row))
        .find_map(|row| row.get(7)?.parse().ok())
}

/// As the kernel writes it there: each four bytes of the address as one number of this machine.
fn hexadecimal(address: SocketAddr) -> String {
    let bytes = match address.ip() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    let numbers = bytes.as_chunks().0.iter().map(|four| format!("{:08X}", u32::from_ne_bytes(*four)));
    format!("{}:{:04X}", numbers.collect::<String>(), address.port())
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_connection_of_our_own_is_found_and_no_other() {
        let four = TcpListener::bind("127.0.0.1:0").expect("a port");
        // Where there is no IPv6, nothing listens there.
        for listener in [Ok(four), TcpListener::bind("[::1]:0")].into_iter().flatten() {
            let here = listener.local_addr().expect("an address");
            let stream = TcpStream::connect(here).expect("a connection");
            let peer = stream.local_addr().expect("an address");
            assert!(is_ours(peer, here));
            assert!(!is_ours(here, here), "the listener is not a connection");
            assert!(!is_ours(([127, 0, 0, 2], peer.port()).into(), here));
        }
    }

    #[test]
    fn the_owner_stands_in_the_eighth_column() {
        let row = |end: &str, state: &str| {
            format!(
                "   0: {end} 0100007F:0BB8 {state} 00000000:00000000 00:00000000 00000000  1234        0 5 1\n"
            )
        };
        let table =
            format!("  sl  local_address ...\n{}", row(&hexadecimal(([127, 0, 0, 1], 4242).into()), "01"));
        let here: SocketAddr = ([127, 0, 0, 1], 3000).into();
        assert_eq!(owner(&table, ([127, 0, 0, 1], 4242).into(), here), Some(1234));
        assert_eq!(owner(&table, ([127, 0, 0, 1], 4243).into(), here), None);
        assert_eq!(owner("", here, here), None);
        let closed = row(&hexadecimal(([127, 0, 0, 1], 4242).into()), "05");
        assert_eq!(owner(&format!("heads\n{closed}"), ([127, 0, 0, 1], 4242).into(), here), None);
    }
}
