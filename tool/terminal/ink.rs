//! Pieces of text, each with what it is: that decides its color, where there are colors. Nothing is said by color alone.

use console::{Style, measure_text_width};

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Nothing in particular.
    Plain,
    /// Of less importance.
    Faint,
    /// Over other text.
    Heading,
    /// A process's lane or name: every process has one of a few colors.
    Process(usize),
    /// What a program wrote to standard output.
    Stdout,
    /// What it wrote to standard error.
    Stderr,
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub ink: Ink,
    /// The text, in which nothing controls a terminal.
    pub text: String,
}

impl Span {
    /// This text, which is that.
    pub fn new(ink: Ink, text: impl Into<String>) -> Span {
        Span { ink, text: text.into() }
    }

    /// How many columns of a terminal it takes.
    pub fn width(&self) -> usize {
        measure_text_width(&self.text)
    }
}

impl Ink {
    fn style(self) -> Style {
        match self {
            Ink::Plain => Style::new(),
            Ink::Faint => Style::new().dim(),
            Ink::Process(number) => {
                let plain = Style::new();
                [
                    plain.clone().cyan(),
                    plain.clone().magenta(),
                    plain.clone().blue(),
                    plain.clone().green(),
                    plain.yellow(),
                ][number % 5]
                    .clone()
            }
            Ink::Stdout | Ink::Heading => Style::new().bold(),
            Ink::Stderr => Style::new().red(),
            Ink::Good => Style::new().green(),
            Ink::Bad => Style::new().red().bold(),
        }
    }
}

/// One line, without blanks at its end.
pub fn line(spans: &[Span], colored: bool) -> String {
    let painted = |span: &Span| match span.text.trim() {
        "" => span.text.clone(),
        _ => span.ink.style().force_styling(colored).apply_to(&span.text).to_string(),
    };
    let line: String = spans.iter().map(painted).collect();
    line.trim_end().to_owned()
}
