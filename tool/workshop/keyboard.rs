//! The terminal's keyboard, a key at a time.

use std::io::{IsTerminal, stdin};
use std::os::fd::{AsFd, BorrowedFd};

use anyhow::{Context, Result};
use nix::sys::signal::{SigSet, Signal, raise};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

/// A terminal that gives each key when it is pressed, and does not show it. When it is dropped, also by a panic, and while this
/// program is stopped by Ctrl-Z, the terminal is as it was.
///
/// Ctrl-C and its like stay signals, and lines that are printed are what they are elsewhere.
pub struct Keyboard {
    before: Termios,
    by_keys: Termios,
    /// Ctrl-Z, and what continues the program, however it was stopped.
    job_control: SignalFd,
}

impl Keyboard {
    /// The keyboard at standard input; `None` if that is no terminal. To be called while the program has one thread: it blocks
    /// the signals of job control in this one, and later ones inherit that.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be asked or told, or the kernel gives no descriptor.
    pub fn open() -> Result<Option<Keyboard>> {
        if !stdin().is_terminal() {
            return Ok(None);
        }
        let set: SigSet = [Signal::SIGTSTP, Signal::SIGCONT].into_iter().collect();
        set.thread_block().context("cannot block signals")?;
        // A signal that waits is taken back by one that says the opposite, so there may be nothing to read after all.
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let job_control = SignalFd::with_flags(&set, flags).context("cannot listen for signals")?;
        let before = tcgetattr(stdin()).context("cannot ask the terminal")?;
        let mut by_keys = before.clone();
        by_keys.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO);
        let keyboard = Keyboard { before, by_keys, job_control };
        keyboard.give_keys().context("cannot tell the terminal")?;
        Ok(Some(keyboard))
    }

    /// Can be read from when [`Keyboard::heed`] has something to do.
    pub fn job_control(&self) -> BorrowedFd<'_> {
        self.job_control.as_fd()
    }

    /// Stops the program if it was asked to, with the terminal as it was before; and has it give keys again now that it goes on.
    ///
    /// # Errors
    ///
    /// When the terminal is gone.
    pub fn heed(&self) -> nix::Result<()> {
        let asked = self.job_control.read_signal()?;
        if asked.is_some_and(|signal| signal.ssi_signo == Signal::SIGTSTP as u32) {
            tcsetattr(stdin(), SetArg::TCSANOW, &self.before)?;
            let stop = SigSet::from(Signal::SIGTSTP);
            stop.thread_unblock()?;
            raise(Signal::SIGTSTP)?;
            stop.thread_block()?;
        }
        self.give_keys()
    }

    fn give_keys(&self) -> nix::Result<()> {
        tcsetattr(stdin(), SetArg::TCSANOW, &self.by_keys)
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing. What was typed and not read is not for the shell.
        let _ = tcsetattr(stdin(), SetArg::TCSAFLUSH, &self.before);
    }
}

/// The keys in what was read from a terminal. An arrow or another key that is a sequence of characters is none.
pub fn keys(bytes: &[u8]) -> Vec<char> {
    let text = String::from_utf8_lossy(bytes);
    let (mut keys, mut rest) = (vec![], text.chars().peekable());
    while let Some(key) = rest.next() {
        match (key, rest.peek()) {
            // A sequence ends with a letter or its like.
            (ESCAPE, Some('[')) => drop(rest.by_ref().skip(1).find(|c| matches!(c, '@'..='~'))),
            (ESCAPE, Some('O')) => drop(rest.by_ref().nth(1)),
            (key, _) => keys.push(key),
        }
    }
    keys
}

const ESCAPE: char = '\x1b';

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn keys_are_characters_and_arrows_are_none() {
        assert_eq!(keys(b"hn"), ['h', 'n']);
        assert_eq!(keys("é".as_bytes()), ['é']);
        assert!(keys(b"\x1b[A").is_empty());
        assert_eq!(keys(b"a\x1b[1;5Cb\x1bOPc"), ['a', 'b', 'c']);
        assert_eq!(keys(b"\x1b"), ['\x1b']);
    }
}
