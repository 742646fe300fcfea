//! A target that copies its process and returns in both, in the order and way that the variation says.

use std::io::{PipeReader, PipeWriter, Read, pipe};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use multiprocess::{Process, Result};
use multiprocess_programs::{os, said, variation};

/// The original's, for its exit handler: the copy, and what tells it to return.
static COPY: AtomicU32 = AtomicU32::new(0);
static TELLS: Mutex<Option<PipeWriter>> = Mutex::new(None);

extern "C" fn let_the_copy_return() {
    TELLS.lock().expect("no thread panics").take();
    os::collect(COPY.load(Ordering::Relaxed));
}

fn wait_for_end_of_file(mut reader: PipeReader) {
    reader.read_to_end(&mut Vec::new()).expect("the pipe can be read");
}

fn work(how: String) -> String {
    let (told, tells) = pipe().expect("a pipe or a pair of sockets can be made");
    let Some(copy) = os::fork() else {
        drop(tells);
        if how == "copy last" {
            wait_for_end_of_file(told);
        }
        if how == "copy panics" {
            panic!("in the copy");
        }
        if how == "copy is shorter" {
            return "copy".to_owned();
        }
        return "copy".repeat(100_000);
    };
    drop(told);
    match how.as_str() {
        "copy last" => {
            COPY.store(copy, Ordering::Relaxed);
            *TELLS.lock().expect("no thread panics") = Some(tells);
            os::at_exit(let_the_copy_return);
        }
        _ => os::collect(copy),
    }
    match how.as_str() {
        "original is killed" => os::kill_self(libc::SIGKILL),
        "original exits" => std::process::exit(0),
        "original panics" => panic!("in the original"),
        "copy is shorter" => return "original".repeat(100_000),
        _ => {}
    }
    "original".to_owned()
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let mut child = Process::new(work, (variation(),)).start()?;
    let joined = child.join().map(|value| (value.len(), value.chars().take(8).collect::<String>()));
    println!("{}", said(joined));
    Ok(())
}
