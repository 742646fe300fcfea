//! Which parts of a page share a card: what a page shows of one program, one part directly after the other.

use crate::figure::timeline::figure::Look;
use crate::page::directive::{self, Directive, Kind, Line};
use crate::predict::part::{Block, Part};

/// A part of a page, with its first line, counted from 1.
type Numbered<'a> = (usize, Part<'a>);

/// What a card can hold, in the order in which it holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// The program, or a part of it.
    Code(Directive<'a>),
    /// A question about it.
    Question(&'a Block<'a>),
    /// What it printed.
    Output,
    /// What its processes did.
    Timeline(Look),
    /// The fold with the same program in Python.
    Twin(&'a [Numbered<'a>]),
}

impl Piece<'_> {
    fn rank(&self) -> usize {
        match self {
            Piece::Code(_) => 0,
            Piece::Question(_) => 1,
            Piece::Output => 2,
            Piece::Timeline(_) => 3,
            Piece::Twin(_) => 4,
        }
    }
}

/// The parts that share a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// The program.
    pub id: &'a str,
    /// The white space before each of them.
    pub indent: &'a str,
    /// What the card holds, each with its line.
    pub pieces: Vec<(usize, Piece<'a>)>,
    /// How many parts of the page it takes the place of.
    pub len: usize,
}

/// The card that the first of these parts begins. A question alone, or a fold, begins none.
pub fn group<'a>(parts: &'a [Numbered<'a>]) -> Option<Group<'a>> {
    let (id, indent, _, _) = piece(parts)?;
    let mut pieces = vec![];
    let (mut at, mut len) = (0, 0);
    while at < parts.len() {
        if matches!(parts[at].1, Part::Line(line) if line.trim().is_empty()) {
            at += 1;
            continue;
        }
        match piece(&parts[at..]) {
            Some((other, same, piece, taken)) if other == id && same == indent => {
                pieces.push((parts[at].0, piece));
                at += taken;
                len = at;
            }
            _ => break,
        }
    }
    pieces.sort_by_key(|(_, piece)| piece.rank());
    let shows = |(_, piece): &(usize, Piece<'_>)| {
        matches!(piece, Piece::Code(_) | Piece::Output | Piece::Timeline(_))
    };
    pieces.iter().any(shows).then_some(Group { id, indent, pieces, len })
}

/// What these parts begin with: the program, the white space before it, the piece, and how many parts it takes.
fn piece<'a>(parts: &'a [Numbered<'a>]) -> Option<(&'a str, &'a str, Piece<'a>, usize)> {
    let line = match &parts.first()?.1 {
        Part::Block(block) if block.recalls => return None,
        Part::Block(block) => return Some((block.id, block.indent, Piece::Question(block), 1)),
        Part::Line(line) => *line,
    };
    if let Ok(Line::Directive(directive)) = directive::read(line) {
        let piece = match directive.kind {
            Kind::Listing => Piece::Code(directive),
            Kind::Output => Piece::Output,
            Kind::Timeline => Piece::Timeline(if directive.brief { Look::Brief } else { Look::Whole }),
            _ => return None,
        };
        return Some((directive.id, directive.indent, piece, 1));
    }
    if line.trim_end() != "<details class=\"from-python\">" {
        return None;
    }
    let is_end =
        |(_, part): &Numbered<'_>| matches!(part, Part::Line(line) if line.trim_end() == "</details>");
    let end = parts.iter().position(is_end)?;
    let twin = parts[..end].iter().find_map(|(_, part)| match part {
        Part::Line(line) => match directive::read(line) {
            Ok(Line::Directive(Directive { kind: Kind::Listing, id, .. })) => id.strip_suffix(".py"),
            _ => None,
        },
        Part::Block(_) => None,
    })?;
    Some((twin, "", Piece::Twin(&parts[..=end]), end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predict::part::parts;

    const QUESTION: &str = "```predict a/b\nWhat?\n<!-- lines 1 -->\n\nThis.\n```\n";
    const TWIN: &str = "<details class=\"from-python\">\n<summary>From Python</summary>\n\n{{#listing a/b.py}}\n\n</details>\n";

    fn ranks(page: &str) -> Option<(Vec<usize>, usize)> {
        let parts = parts(page);
        let group = group(&parts)?;
        Some((group.pieces.iter().map(|(_, piece)| piece.rank()).collect(), group.len))
    }

    #[test]
    fn what_follows_of_the_same_program_is_one_card_in_one_order() {
        let page = format!(
            "{TWIN}\n{QUESTION}\n\n{{{{#timeline a/b}}}}\n\n{{{{#output a/b}}}}\n{{{{#listing a/b:part}}}}\n\nProse.\n"
        );
        assert_eq!(ranks(&page), Some((vec![0, 1, 2, 3, 4], 14)));
    }

    #[test]
    fn prose_and_another_program_begin_another_card() {
        assert_eq!(ranks("{{#listing a/b}}\n\nProse.\n\n{{#output a/b}}\n"), Some((vec![0], 1)));
        assert_eq!(ranks("{{#listing a/b}}\n\n{{#listing a/c}}\n"), Some((vec![0], 1)));
        assert_eq!(ranks("{{#listing a/b}}\n  {{#output a/b}}\n"), Some((vec![0], 1)), "in a list");
    }

    #[test]
    fn a_question_or_a_fold_alone_is_no_card() {
        assert_eq!(ranks(QUESTION), None);
        assert_eq!(ranks(TWIN), None);
        assert_eq!(ranks(&format!("{QUESTION}\nProse.\n")), None);
        let recalled = format!("## Check yourself\n{QUESTION}\n{{{{#output a/b}}}}\n");
        assert_eq!(group(&parts(&recalled)[1..]), None);
    }
}
