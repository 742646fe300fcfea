//! A connection that goes on after a signal. A read with a timeout is interrupted by any signal and by a debugger, whatever
//! the handler says (signal(7)), and neither `TcpStream::read` nor a WebSocket tries again.

use std::io::{ErrorKind, Read, Result, Write};
use std::ops::Deref;

/// A stream whose reads and writes are tried again when they were interrupted.
#[derive(Debug)]
pub(crate) struct Patient<S>(pub(crate) S);

fn again<T>(mut call: impl FnMut() -> Result<T>) -> Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

impl<S: Read> Read for Patient<S> {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize> {
        again(|| self.0.read(bytes))
    }
}

impl<S: Write> Write for Patient<S> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        again(|| self.0.write(bytes))
    }

    fn flush(&mut self) -> Result<()> {
        again(|| self.0.flush())
    }
}

impl<S> Deref for Patient<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
    }
}
