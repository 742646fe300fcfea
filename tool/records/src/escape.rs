//! One line of output as visible text, without loss.
//!
//! A record has to show every byte that a listing wrote, survive editors that strip trailing blanks, and
//! stay readable. The rules, and what is read back for each:
//!
//! | in the output | in the record |
//! |---|---|
//! | carriage return | `\r` |
//! | another character that does not show, or turns the text around it; a tab inside the line stays | `\u{1b}`, `\u{202e}` |
//! | white space at the end of the line | `\u{20}`, `\u{9}`: its last character only |
//! | a byte that is not UTF-8 | `\xff` |
//! | a backslash before `\`, `r`, `u`, `x`, white space, or one of the above | `\\` |
//! | any other backslash | `\` |

use std::fmt::Write;

/// Writes one line, given without its newline, as visible text.
pub fn escape(line: &[u8]) -> String {
    let mut text = String::with_capacity(line.len());
    let mut chunks = line.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        let mut chars = chunk.valid().chars().peekable();
        while let Some(c) = chars.next() {
            let next = chars.peek().copied();
            let last = next.is_none() && chunk.invalid().is_empty() && chunks.peek().is_none();
            match c {
                '\r' => text.push_str("\\r"),
                '\\' => {
                    let before_escape = match next {
                        Some(next) => {
                            matches!(next, '\\' | 'r' | 'u' | 'x') || is_hidden(next) || next.is_whitespace()
                        }
                        None => !last,
                    };
                    text.push_str(if before_escape { "\\\\" } else { "\\" });
                }
                c if is_hidden(c) || (last && c.is_whitespace()) => {
                    write!(text, "\\u{{{:x}}}", u32::from(c)).expect("a String takes every write");
                }
                c => text.push(c),
            }
        }
        for byte in chunk.invalid() {
            write!(text, "\\x{byte:02x}").expect("a String takes every write");
        }
    }
    text
}

/// Reads back what [`escape`] wrote.
///
/// # Errors
///
/// A sentence, for an escape that is cut short or names no character.
pub fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut line = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        line.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        match rest.bytes().next() {
            Some(b'\\') => {
                line.push(b'\\');
                rest = &rest[1..];
            }
            Some(b'r') => {
                line.push(b'\r');
                rest = &rest[1..];
            }
            Some(b'x') => {
                let digits = rest.get(1..3).ok_or("`\\x` is not followed by two hexadecimal digits")?;
                line.push(
                    u8::from_str_radix(digits, 16).map_err(|_| format!("`\\x{digits}` is not a byte"))?,
                );
                rest = &rest[3..];
            }
            Some(b'u') => {
                let (c, after) = character(rest)?;
                line.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                rest = after;
            }
            _ => line.push(b'\\'),
        }
    }
    line.extend_from_slice(rest.as_bytes());
    Ok(line)
}

/// A character that would not show, such as a control character or one that only says in which direction to write. A tab shows.
fn is_hidden(c: char) -> bool {
    if c == '\t' || (' '..='~').contains(&c) {
        return false;
    }
    // The standard library knows what can be printed. Behind another character, so that an accent is not taken for one that
    // has none below it.
    let is_escaped = || ['a', c].iter().collect::<String>().escape_debug().nth(1) == Some('\\');
    is_ignorable(c) || is_escaped()
}

/// The letters and marks that have no shape of their own: `Default_Ignorable_Code_Point` of Unicode, as far as they count as
/// printable.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{34f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0100}'..='\u{e01ef}')
}

fn character(rest: &str) -> Result<(char, &str), String> {
    let inner = rest.strip_prefix("u{").ok_or("`\\u` is not followed by `{`")?;
    let (digits, after) = inner.split_once('}').ok_or("`\\u{` is not closed")?;
    let number = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    Ok((number.ok_or_else(|| format!("`\\u{{{digits}}}` is not a character"))?, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every line of up to five pieces, each chosen to sit badly beside another.
    #[test]
    fn every_line_reads_back_and_no_two_look_alike() {
        let pieces: [&[u8]; 14] = [
            b"\\", b"r", b"u", b"x", b"{", b"}", b"1b", b"\x1b", b"\r", b"\t", b" ", b"\xff", b"\xc3",
            b"\xa4",
        ];
        let mut lines: Vec<Vec<u8>> = vec![vec![]];
        let mut grown = lines.clone();
        for _ in 0..4 {
            grown = grown.iter().flat_map(|line| pieces.map(|piece| [line, piece].concat())).collect();
            lines.extend(grown.iter().cloned());
        }
        for line in lines {
            let text = escape(&line);
            assert_eq!(unescape(&text).as_ref(), Ok(&line), "{line:?} was written as {text:?}");
            assert!(!text.contains(|c: char| c.is_control() && c != '\t'), "{text:?} hides a character");
            assert!(!text.ends_with(char::is_whitespace), "{text:?} ends in white space");
        }
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        for line in ["Hello Process World", "π ≈ 3.14", r"C:\Temp", r"\n", "a\tb", "(\"\\0\")"] {
            assert_eq!(escape(line.as_bytes()), line);
        }
    }

    #[test]
    fn what_is_hidden_shows() {
        assert_eq!(escape(b"\x1b[31mred\x1b[0m"), r"\u{1b}[31mred\u{1b}[0m");
        assert_eq!(escape(b"50 %\r100 %"), r"50 %\r100 %");
        assert_eq!(escape(b"bytes \xff\xfe"), r"bytes \xff\xfe");
        assert_eq!(escape(b"blank  "), r"blank \u{20}");
        assert_eq!(escape(br"C:\users"), r"C:\\users");
    }

    #[test]
    fn what_is_invisible_or_turns_the_text_shows() {
        let hidden = "\u{7f}\u{85}\u{9b}\u{a0}\u{ad}\u{34f}\u{61c}\u{115f}\u{180e}\u{200b}\u{200d}\u{200e}\u{202e}\u{2028}\u{2060}\
                      \u{2066}\u{2069}\u{3000}\u{3164}\u{fe0f}\u{feff}\u{fff9}\u{e000}\u{1d173}\u{e0041}\u{e0101}";
        for c in hidden.chars() {
            let line = format!("a{c}b");
            let text = escape(line.as_bytes());
            assert_eq!(text, format!("a\\u{{{:x}}}b", u32::from(c)));
            assert_eq!(unescape(&text), Ok(line.into_bytes()));
        }
        for shown in ["e\u{301}", "ä", "π", "日本", "🦀", "“”", "–", "العربية", "▶", "\u{10a}"]
        {
            assert_eq!(escape(shown.as_bytes()), shown);
        }
    }

    #[test]
    fn a_broken_escape_is_refused() {
        for text in [r"\x", r"\x1", r"\xzz", r"\xäa", r"\u1b", r"\u{1b", r"\u{d800}", r"\u{}"] {
            assert!(unescape(text).is_err(), "{text:?} was read");
        }
    }
}
