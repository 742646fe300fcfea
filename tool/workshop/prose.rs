//! The Markdown of an exercise, for a terminal. It stays as it is written, but for links, of which the text is left, in quotes.

use mdbook_markdown::pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::terminal::ink::{Ink, Span};
use crate::terminal::paper::Paper;

/// The text, a blank line between its blocks.
pub fn prose(markdown: &str, paper: &Paper) -> String {
    let mut writer = Writer { paper, text: String::new(), words: vec![], head: String::new(), lists: vec![] };
    for event in Parser::new(markdown) {
        writer.take(event);
    }
    writer.text.trim_end().to_owned() + "\n"
}

struct Writer<'a> {
    paper: &'a Paper,
    text: String,
    /// Of the block that is being read.
    words: Vec<Span>,
    /// What its first line begins with.
    head: String,
    /// Each with its next number, if it has numbers.
    lists: Vec<Option<u64>>,
}

impl Writer<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) => self.add(Ink::Plain, &text),
            Event::Code(code) => self.add(Ink::Heading, &format!("`{code}`")),
            Event::SoftBreak | Event::HardBreak => self.add(Ink::Plain, " "),
            Event::Start(Tag::Emphasis) | Event::End(TagEnd::Emphasis) => self.add(Ink::Plain, "*"),
            // Most lead to a section, and its title would run into the sentence.
            Event::Start(Tag::Link { .. }) => self.add(Ink::Plain, "“"),
            Event::End(TagEnd::Link) => self.add(Ink::Plain, "”"),
            Event::Start(Tag::Strong) | Event::End(TagEnd::Strong) => self.add(Ink::Plain, "**"),
            Event::Start(Tag::List(first)) => {
                self.end_block();
                self.lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                self.lists.pop();
                self.head.clear();
            }
            Event::Start(Tag::Item) => {
                let indent = "  ".repeat(self.lists.len().saturating_sub(1));
                self.head = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{indent}{}. ", *number - 1)
                    }
                    _ => format!("{indent}- "),
                };
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_) | TagEnd::CodeBlock) => {
                self.end_block();
            }
            _ => {}
        }
    }

    fn add(&mut self, ink: Ink, text: &str) {
        self.words.push(Span::new(ink, text));
    }

    fn end_block(&mut self) {
        if self.words.is_empty() {
            return;
        }
        self.text += &self.paper.hanging(&self.head, &self.words);
        self.text.push('\n');
        self.words.clear();
        // A further paragraph of an item stands below the first.
        self.head = " ".repeat(self.head.chars().count());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_and_links_are_their_text() {
        let paper = Paper { width: Some(40), colored: false };
        let text = "A *wrong* program calls [`wait`](waiting.md#wait) in a\nloop, and never ends.\n\n1. one two three four \
                    five six seven eight nine\n2. `b`\n\nThe [end](x).\n";
        insta::assert_snapshot!(prose(text, &paper), @r"
        A *wrong* program calls “`wait`” in a
        loop, and never ends.

        1. one two three four five six seven
           eight nine

        2. `b`

        The “end”.
        ");
        let unbroken = prose(text, &Paper { width: None, colored: false });
        assert!(
            unbroken.starts_with("A *wrong* program calls “`wait`” in a loop, and never ends.\n\n1. "),
            "{unbroken}"
        );
    }
}
