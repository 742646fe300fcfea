//! A program that is started as a child of another version of this crate is started, as far as that can be foreseen: with a
//! mark in its environment, with something as its descriptor 3, or with both, as the variation says. With `CLIENT` in its
//! environment this program is that one.

use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::Command;

use multiprocess::Process;
use multiprocess_programs::{os, run, said, variation};

const FOREIGN: &[u8] = b"mprplan\x7fwhat another version has written";

fn client() {
    multiprocess_programs::init();
    println!("{}", said(run(&Process::new(|| 42, ()))));
    let left = match os::unread(3) {
        Some(unread) => unread,
        None => std::fs::read("/proc/self/fd/3").unwrap_or_default(),
    };
    println!("left: {}", left == FOREIGN);
}

fn main() {
    if std::env::var_os("CLIENT").is_some() {
        return client();
    }
    multiprocess_programs::init();
    let variation = variation();
    let mut command = Command::new(std::env::current_exe().expect("/proc is mounted"));
    command.env("CLIENT", "1");
    if variation.starts_with("mark") {
        command.env("MULTIPROCESS_CHILD", "of version 0.0.0");
        command.env("MULTIPROCESS_CHILD_0_0_0", "yes");
    }
    // Each is open until the client has ended.
    let mut others: Vec<OwnedFd> = Vec::new();
    let third: Option<OwnedFd> = if variation.ends_with("memory") {
        let mut file = File::from(os::memory(c"of another version"));
        file.write_all(FOREIGN).expect("the file can be written");
        Some(file.into())
    } else if variation.ends_with("socket") {
        let (mut other, third) = UnixStream::pair().expect("a pipe or a pair of sockets can be made");
        if !variation.ends_with("empty socket") {
            other.write_all(FOREIGN).expect("the file can be written");
        }
        others.push(other.into());
        Some(third.into())
    } else {
        None
    };
    let third = third.map(os::out_of_the_way);
    if let Some(third) = &third {
        os::hand_down(third.as_fd(), 3);
    }
    println!("{}", command.status().expect("this program can be started"));
}
