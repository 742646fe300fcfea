//! What happens outside: keys, signals, and the end of whoever reads what is printed.

use std::io::{PipeWriter, Read, pipe, stdin, stdout};
use std::os::fd::AsFd;
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

use anyhow::Result;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::terminal::stop::Stop;
use crate::workshop::attempt::Told;
use crate::workshop::keyboard::{Keyboard, keys};

/// Something that a session has to answer.
#[derive(Debug)]
pub enum News {
    /// A key was pressed; or it came at once with others, as a text that is pasted does.
    Key {
        /// Which one.
        key: char,
        /// Whether it came alone.
        alone: bool,
    },
    /// A program was saved.
    Saved,
    /// The check of this number tells of itself.
    Check(u64, Told),
    /// A signal asks for the end, or there is nobody left to print for.
    End,
}

/// Listens on a thread of its own, until it is dropped; the keyboard goes with it.
pub struct Ears {
    closed: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl Ears {
    /// Listens for signals, and at the keyboard if there is one.
    ///
    /// # Errors
    ///
    /// When there can be no pipe or thread.
    pub fn listen(stop: Stop, keyboard: Option<Keyboard>, tell: Sender<News>) -> Result<Ears> {
        let (close, closed) = pipe()?;
        let listen = move || {
            let (input, outputs) = (stdin(), stdout());
            loop {
                let mut ready = vec![
                    PollFd::new(close.as_fd(), PollFlags::POLLIN),
                    PollFd::new(stop.as_fd(), PollFlags::POLLIN),
                    // That its reader is gone is told of unasked.
                    PollFd::new(outputs.as_fd(), PollFlags::empty()),
                ];
                if let Some(keyboard) = &keyboard {
                    ready.push(PollFd::new(keyboard.job_control(), PollFlags::POLLIN));
                    ready.push(PollFd::new(input.as_fd(), PollFlags::POLLIN));
                }
                match poll(&mut ready, PollTimeout::NONE) {
                    Err(Errno::EINTR) => continue,
                    Err(_) => return,
                    Ok(_) => {}
                }
                let is_ready: Vec<bool> = ready.iter().map(|fd| fd.any().unwrap_or(false)).collect();
                let told = match (&is_ready[..], &keyboard) {
                    ([true, ..], _) => return,
                    ([_, true, ..] | [_, _, true, ..], _) => tell.send(News::End),
                    ([_, _, _, true, _], Some(keyboard)) => match keyboard.heed() {
                        Ok(()) => Ok(()),
                        Err(_) => tell.send(News::End),
                    },
                    ([_, _, _, _, true], _) => pressed(&tell),
                    _ => Ok(()),
                };
                if told.is_err() || is_ready[1] || is_ready[2] {
                    return;
                }
            }
        };
        let thread = thread::Builder::new().name("ears".to_owned()).spawn(listen)?;
        Ok(Ears { closed: Some(closed), thread: Some(thread) })
    }
}

fn pressed(tell: &Sender<News>) -> Result<(), std::sync::mpsc::SendError<News>> {
    // As much as a terminal gives at once.
    let mut bytes = [0; 4096];
    match stdin().lock().read(&mut bytes) {
        // The terminal is gone.
        Ok(0) | Err(_) => tell.send(News::End),
        Ok(count) => {
            let keys = keys(&bytes[..count]);
            let alone = keys.len() == 1;
            keys.into_iter().try_for_each(|key| tell.send(News::Key { key, alone }))
        }
    }
}

impl Drop for Ears {
    fn drop(&mut self) {
        self.closed.take();
        // Listening does not panic.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
