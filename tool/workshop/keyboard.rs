//! The terminal's keyboard, a key at a time.

use std::io::{IsTerminal, stdin};

use anyhow::{Context, Result};
use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

/// A terminal that gives each key when it is pressed, and does not show it. When it is dropped, also by a panic, the terminal is
/// as it was.
///
/// Ctrl-C and its like stay signals, and lines that are printed are what they are elsewhere.
pub struct Keyboard {
    before: Termios,
}

impl Keyboard {
    /// The keyboard at standard input; `None` if that is no terminal.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be asked or told.
    pub fn open() -> Result<Option<Keyboard>> {
        if !stdin().is_terminal() {
            return Ok(None);
        }
        let before = tcgetattr(stdin()).context("cannot ask the terminal")?;
        let mut by_keys = before.clone();
        by_keys.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO);
        tcsetattr(stdin(), SetArg::TCSANOW, &by_keys).context("cannot tell the terminal")?;
        Ok(Some(Keyboard { before }))
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
        assert_eq!(keys(b"\x1b[A"), []);
        assert_eq!(keys(b"a\x1b[1;5Cb\x1bOPc"), ['a', 'b', 'c']);
        assert_eq!(keys(b"\x1b"), ['\x1b']);
    }
}
