//! Something that nobody can guess.

use anyhow::{Context, Result};
use subtle::ConstantTimeEq;

/// 256 random bits, as text. It is never shown by `Debug`.
pub(crate) struct Secret(String);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    ///
    /// When the system gives no randomness.
    pub(crate) fn new() -> Result<Secret> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
        Ok(Secret(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// For an address or a header.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Whether this is it. The time that it takes does not tell how much of it is right.
    pub(crate) fn is(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_itself_is_it() {
        let secret = Secret::new().expect("randomness");
        let text = secret.text().to_owned();
        assert!(secret.is(&text) && text.len() == 64);
        let last = if text.ends_with('0') { "1" } else { "0" };
        for wrong in ["", &text[..63], &format!("{text}0"), &format!("{}{last}", &text[..63])] {
            assert!(!secret.is(wrong), "{wrong}");
        }
        assert!(!secret.is(Secret::new().expect("randomness").text()));
    }
}
