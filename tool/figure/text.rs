//! How wide a text will be, without a browser to ask.
//!
//! The page's type differs from reader to reader. `font-size-adjust` makes the faces alike in height, and these widths are
//! those of the wider ones among them, so a text may come out narrower than said here, and not wider.

/// A text's width at a font size of one.
pub fn width(text: &str) -> f64 {
    text.chars().map(of).sum()
}

/// The text, or its beginning and an ellipsis, so that it is not wider than this at a font size.
pub fn cut(text: &str, size: f64, room: f64) -> String {
    if width(text) * size <= room {
        return text.to_owned();
    }
    let mut left = room / size - width("…");
    let fits = |c: &char| {
        left -= of(*c);
        left >= 0.0
    };
    let beginning: String = text.chars().take_while(fits).collect();
    format!("{}…", beginning.trim_end())
}

fn of(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' | '.' | ',' | ':' | ';' | '!' => 0.29,
        ' ' | 'f' | 't' | 'r' | 'I' | '(' | ')' | '[' | ']' | '-' | '/' => 0.37,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '⏎' => 0.96,
        'A'..='Z' | '&' | '<' | '>' | '=' | '+' | '_' => 0.72,
        '“' | '”' | '"' => 0.46,
        c if c.is_ascii() => 0.58,
        'µ' | 'ä' | 'ö' | 'ü' | 'é' => 0.62,
        // Scripts of other widths: a full square.
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::{cut, width};

    #[test]
    fn a_longer_text_is_wider() {
        assert!(width("exit 101") > width("exit 0"));
        assert!(width("www") > width("iii"));
        assert_eq!(width(""), 0.0);
    }

    #[test]
    fn what_is_too_wide_is_cut() {
        assert_eq!(cut("starts Process-1", 10.0, 200.0), "starts Process-1");
        let short = cut("starts Process-1", 10.0, 60.0);
        assert!(short.ends_with('…') && width(&short) * 10.0 <= 60.0, "{short}");
    }
}
