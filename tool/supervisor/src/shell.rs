//! Commands as one types them: for a message from which they are pasted.

use shlex::Quoter;

/// A command of these words. A word that a shell would take apart or take for something else is quoted.
pub fn command<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    quoter().join(words).expect("zero bytes are allowed")
}

/// A variable that is set before a command, with a blank behind it.
pub fn variable(name: &str, value: &str) -> String {
    format!("{name}={} ", quoter().quote(value).expect("zero bytes are allowed"))
}

/// No program takes a zero byte in a word, so nobody pastes one.
fn quoter() -> Quoter {
    Quoter::new().allow_nul(true)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_shell_gives_the_words_that_were_meant() {
        let words = [
            "a b", "c&d", "it's", "\"", "$HOME", "*", "-n", "", "~", "ä", "a\nb", "`x`", "!1", "#", "a=b",
            ";",
        ];
        let script = variable("VALUE", "a b & c")
            + "printenv VALUE; "
            + &command(["printf", "<%s>"].into_iter().chain(words));
        let said = Command::new("sh").args(["-c", &script]).output().expect("a shell");
        let expected: String = words.iter().map(|word| format!("<{word}>")).collect();
        assert_eq!(String::from_utf8_lossy(&said.stdout), format!("a b & c\n{expected}"), "{script}");
        assert_eq!(command(["cargo", "run", "-q", "--example", "hello"]), "cargo run -q --example hello");
    }
}
