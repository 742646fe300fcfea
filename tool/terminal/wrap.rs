//! Words on lines of a width.

use crate::terminal::ink::Span;

/// The words on lines, of which the first is `first` columns wide and the others are `next`. A line is broken at a blank, or
/// in the middle of a word that is longer than a line.
pub fn wrap(words: &[Span], first: usize, next: usize) -> Vec<Vec<Span>> {
    let mut lines: Vec<Vec<Span>> = vec![vec![]];
    let mut left = first;
    for mut word in words.iter().flat_map(pieces) {
        // A blank at the end of a line is not seen.
        let width = |word: &Span| Span::new(word.ink, word.text.trim_end_matches(' ')).width();
        let fresh = lines.last().is_none_or(Vec::is_empty);
        if width(&word) > left && !fresh {
            lines.push(vec![]);
            left = next;
        }
        while width(&word) > left && word.text.chars().nth(1).is_some() {
            let rest = split_off(&mut word, left);
            lines.last_mut().expect("one at least").push(word);
            lines.push(vec![]);
            (word, left) = (rest, next);
        }
        left = left.saturating_sub(word.width());
        lines.last_mut().expect("one at least").push(word);
    }
    lines
}

/// A span cut behind its blanks.
fn pieces(span: &Span) -> Vec<Span> {
    span.text.split_inclusive(' ').map(|piece| Span::new(span.ink, piece)).collect()
}

/// Leaves so many columns of it, one character at least, and gives the rest.
fn split_off(word: &mut Span, columns: usize) -> Span {
    let mut taken = 0;
    let fits = |(_, c): &(usize, char)| {
        taken += Span::new(word.ink, *c).width();
        taken <= columns
    };
    let (mut at, first) = word.text.char_indices().take_while(fits).last().unwrap_or((0, ' '));
    at += word.text[at..].chars().next().unwrap_or(first).len_utf8();
    Span::new(word.ink, word.text.split_off(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::ink::Ink;

    fn wrapped(text: &str, first: usize, next: usize) -> Vec<String> {
        let words = [Span::new(Ink::Plain, text)];
        let line = |spans: Vec<Span>| spans.into_iter().map(|span| span.text).collect::<String>();
        wrap(&words, first, next).into_iter().map(line).collect()
    }

    #[test]
    fn lines_are_broken_at_blanks_and_long_words_where_they_must() {
        assert_eq!(wrapped("one two three", 80, 80), ["one two three"]);
        assert_eq!(wrapped("one two three", 7, 5), ["one two ", "three"]);
        assert_eq!(wrapped("one two three", 6, 4), ["one ", "two ", "thre", "e"]);
        assert_eq!(wrapped("abcdefgh", 3, 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("日本語", 4, 4), ["日本", "語"]);
        assert_eq!(wrapped("日", 1, 1), ["日"], "what fits nowhere is shown all the same");
        assert_eq!(wrapped("", 5, 5), [""]);
    }
}
