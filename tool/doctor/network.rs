//! Whether a browser on this machine can reach a server on it.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use crate::doctor::check::{Check, Trouble};
use crate::doctor::task::Task;

/// A connection within one machine takes no time; this is for one that is never answered.
const PATIENCE: Duration = Duration::from_secs(5);

/// Loopback.
pub fn checks() -> Vec<Check> {
    let answer = match connect() {
        Ok(()) => Ok("accepts a connection on 127.0.0.1".to_owned()),
        Err(error) => Err(Trouble::new(error.to_string(), mend(&error))),
    };
    vec![Check::new("loopback", Task::Serve, answer)]
}

/// What helps where 127.0.0.1 cannot be used.
pub fn mend(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrNotAvailable => {
            "give the machine that address: `sudo ip address add 127.0.0.1/8 dev lo`"
        }
        _ => "`sudo ip link set lo up`",
    }
}

fn connect() -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    TcpStream::connect_timeout(&listener.local_addr()?, PATIENCE)?;
    // It waits in the queue already.
    listener.accept().map(drop)
}
