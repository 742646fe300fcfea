//! Where a program and its children wait for each other: by files in the folder that the test names in `FOLDER`.
//!
//! A child *arrives* when it has come to a place, and *passes* a gate once its parent has opened it. Both wait without
//! a deadline of their own; the test has one.

use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;
use std::path::PathBuf;

use multiprocess::{Child, wait};

use crate::os;

fn path(name: &str) -> PathBuf {
    PathBuf::from(std::env::var_os("FOLDER").expect("FOLDER names a folder")).join(name)
}

/// A place to arrive at. Made before the child that arrives there.
pub struct Place(PathBuf);

impl Place {
    /// The place of that name.
    pub fn new(name: &str) -> Place {
        let path = path(name);
        os::make_fifo(&path);
        Place(path)
    }

    /// Waits until somebody has arrived.
    pub fn wait(self) {
        let mut nothing = Vec::new();
        File::open(&self.0).and_then(|mut fifo| fifo.read_to_end(&mut nothing)).expect("a fifo");
    }

    /// A file that is ready, for one who waits for several things, once somebody has arrived.
    pub fn open(&self) -> File {
        os::open_fifo(&self.0)
    }

    /// Waits until somebody has arrived, or until the child has ended without; `false` then.
    pub fn wait_or<R>(self, child: &Child<R>) -> bool {
        let fifo = self.open();
        let ready = wait(&[fifo.as_fd(), child.as_fd()], None).expect("both can be waited for");
        ready.contains(&0)
    }
}

/// Arrives at the place of that name, and waits until that has been noticed.
pub fn arrive(name: &str) {
    File::options().write(true).open(path(name)).expect("the place has been made");
}

/// A gate, closed until it is opened. Made before the children that are to pass it.
pub struct Gate(File);

impl Gate {
    /// The gate of that name, closed.
    pub fn new(name: &str) -> Gate {
        let file = File::create(path(name)).expect("it can be made");
        os::flock(&file, libc::LOCK_EX);
        Gate(file)
    }

    /// Lets all pass, those who come later too.
    pub fn open(self) {
        // A forked child holds the same lock, so closing the file would not free it.
        os::flock(&self.0, libc::LOCK_UN);
    }
}

/// Waits until the gate of that name is open.
pub fn pass(name: &str) {
    let file = File::open(path(name)).expect("the gate has been made");
    os::flock(&file, libc::LOCK_SH);
}

/// Waits until somebody ends this process.
pub fn stay() {
    loop {
        std::thread::park();
    }
}
