//! Runs the program that `PROGRAM` names with two memory files as its plan; the variation is what the first one holds.
//! Prints how the program ended and what it wrote to the second.

use std::io::{Read, Seek};
use std::os::fd::AsRawFd;
use std::process::Command;

use multiprocess_programs::{os, variation};

fn main() {
    // A frame is eight bytes that open it, the lengths of header and body, and these two.
    let plan: &[u8] = match variation().as_str() {
        "empty" | "one file for both" => b"",
        "short" => b"mproces\x01",
        "garbage" => &[0xa5; 1000],
        "truncated" => b"mproces\x01\x05\0\0\0\xff\0\0\0\0\0\0\0hello",
        "endless" => b"mproces\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        "no header" => b"mproces\x01\0\0\0\0\0\0\0\0\0\0\0\0",
        other => panic!("no plan {other:?}"),
    };
    let plan = os::inheritable_memory(c"plan", plan);
    let mut result = os::inheritable_memory(c"result", b"");
    let program = std::env::var_os("PROGRAM").expect("PROGRAM names one");
    let second = if variation() == "one file for both" { &plan } else { &result };
    let variable = format!("{},{}", plan.as_raw_fd(), second.as_raw_fd());
    let ended = Command::new(program).env("MULTIPROCESS_PLAN", variable).status().expect("it can be run");
    println!("{ended}");
    let mut written = Vec::new();
    result.rewind().and_then(|()| result.read_to_end(&mut written)).expect("memory is readable");
    println!("{}", String::from_utf8_lossy(&written));
}
