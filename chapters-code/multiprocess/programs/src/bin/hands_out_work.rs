//! Runs the program that `PROGRAM` names with a socket as its descriptor 3 in which there is a message: what the variation
//! says, and behind that the bytes that the second argument lists. With it come a memory file with the bytes of the file
//! `FRAME`, and a pipe; without the pipe, with `no pipe` as the third argument. Prints how the program ended and what the
//! memory file then holds.
//!
//! The variation `memory` puts that file in place of the socket, `nothing` a socket without a message.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::path::PathBuf;
use std::process::Command;

use multiprocess_programs::{os, variation};

fn variable(name: &str) -> PathBuf {
    std::env::var_os(name).unwrap_or_else(|| panic!("{name} names a file")).into()
}

fn main() {
    let bytes = fs::read(variable("FRAME")).expect("it is readable");
    let mut file = File::from(os::out_of_the_way(os::memory(c"frame")));
    file.write_all(&bytes).expect("there is room");
    let (watching, held) = io::pipe().expect("there are descriptors");
    let (watching, _held) = (os::out_of_the_way(watching), os::out_of_the_way(held));
    let [own, its] = os::message_pair().map(os::out_of_the_way);
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let listed = arguments.first().map(String::as_str).unwrap_or_default();
    let bytes = listed.split_whitespace().map(|byte| byte.parse::<u8>().expect("a byte is a number"));
    let message: Vec<u8> = variation().replace("\\n", "\n").into_bytes().into_iter().chain(bytes).collect();
    let pipe = (arguments.get(1).map(String::as_str) != Some("no pipe")).then(|| watching.as_raw_fd());
    let descriptors: Vec<_> = [file.as_raw_fd()].into_iter().chain(pipe).collect();
    match variation().as_str() {
        "memory" => os::hand_down(file.as_fd(), 3),
        "nothing" => os::hand_down(its.as_fd(), 3),
        _ => {
            assert!(os::send_message_with(own.as_raw_fd(), &message, &descriptors), "there is room");
            os::hand_down(its.as_fd(), 3);
        }
    }
    drop(own);
    let ended = Command::new(variable("PROGRAM")).status().expect("it can be run");
    println!("{ended}");
    let mut written = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut written)).expect("it is readable");
    println!("{}", String::from_utf8_lossy(&written));
}
