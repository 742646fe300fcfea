//! Who wrote which part of an output.
//!
//! Two things are known of an output: what came out of the pipe, which is all of it and in order, and what each write of
//! a traced thread put in, of which two that overlap may be told in the other order. So the pipe decides: the next
//! bytes of it belong to the first write that was told of whose bytes they are.

use std::collections::VecDeque;

/// A piece of an output, and who wrote it when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece<W> {
    pub(crate) writer: W,
    /// When its last byte was written.
    pub(crate) at: u64,
    pub(crate) bytes: Vec<u8>,
}

/// One output, as it is put together from both.
#[derive(Clone, Debug)]
pub(crate) struct Writers<W> {
    /// What came out of the pipe and belongs to nobody yet.
    pipe: Vec<u8>,
    /// The writes that were told of and have not come out of the pipe yet.
    told: VecDeque<Piece<W>>,
    /// The beginning of a line that is not complete.
    begun: Option<Piece<W>>,
}

impl<W: Copy + PartialEq> Writers<W> {
    pub(crate) fn new() -> Writers<W> {
        Writers { pipe: vec![], told: VecDeque::new(), begun: None }
    }

    /// Bytes came out of the pipe.
    pub(crate) fn came(&mut self, bytes: &[u8]) -> Vec<Piece<W>> {
        self.pipe.extend(bytes);
        self.match_up()
    }

    /// A write was told of.
    pub(crate) fn wrote(&mut self, piece: Piece<W>) -> Vec<Piece<W>> {
        self.told.push_back(piece);
        self.match_up()
    }

    /// Nobody writes any more who is among these. Gives the lines that they have left incomplete.
    pub(crate) fn ended(&mut self, is_among: impl Fn(W) -> bool) -> Option<Piece<W>> {
        self.begun.take_if(|begun| is_among(begun.writer))
    }

    /// When the first write was told of that has not come out of the pipe yet: what came out before it is not told of yet.
    pub(crate) fn undecided(&self) -> Option<u64> {
        self.told.iter().map(|piece| piece.at).min()
    }

    /// What came out of the pipe and was written by nobody who is known.
    pub(crate) fn unclaimed(&self) -> &[u8] {
        &self.pipe
    }

    fn match_up(&mut self) -> Vec<Piece<W>> {
        let mut complete = vec![];
        while let Some(at) = self.told.iter().position(|piece| self.pipe.starts_with(&piece.bytes)) {
            let mut piece = self.told.remove(at).expect("it was just found");
            // It was written before those that were told of before it, and before they were.
            let earlier = self.told.iter().take(at).map(|skipped| skipped.at).min();
            piece.at = piece.at.min(earlier.unwrap_or(piece.at));
            self.pipe.drain(..piece.bytes.len());
            self.join(piece, &mut complete);
        }
        complete
    }

    /// Joins what one writer wrote bit by bit, with nobody in between, up to the end of its last line.
    fn join(&mut self, piece: Piece<W>, complete: &mut Vec<Piece<W>>) {
        let (writer, at) = (piece.writer, piece.at);
        let mut bytes = piece.bytes;
        match self.begun.take() {
            Some(mut begun) if begun.writer == writer => {
                begun.bytes.append(&mut bytes);
                bytes = begun.bytes;
            }
            other => complete.extend(other),
        }
        let rest = bytes.split_off(bytes.iter().rposition(|&b| b == b'\n').map_or(0, |newline| newline + 1));
        if !bytes.is_empty() {
            complete.push(Piece { writer, at, bytes });
        }
        if !rest.is_empty() {
            self.begun = Some(Piece { writer, at, bytes: rest });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(writer: char, at: u64, text: &str) -> Piece<char> {
        Piece { writer, at, bytes: text.into() }
    }

    #[test]
    fn the_pipe_decides_between_writes_that_overlap() {
        let mut writers = Writers::new();
        assert!(writers.wrote(piece('a', 1, "from a\n")).is_empty());
        assert!(writers.wrote(piece('b', 2, "from b\n")).is_empty());
        let lines = writers.came(b"from b\nfrom a\n");
        assert_eq!(lines, [piece('b', 1, "from b\n"), piece('a', 1, "from a\n")]);
        assert!(writers.unclaimed().is_empty());
    }

    #[test]
    fn the_pipe_may_be_read_before_the_write_is_told_of() {
        let mut writers = Writers::new();
        assert!(writers.came(b"one\ntw").is_empty());
        assert_eq!(writers.wrote(piece('a', 1, "one\n")), [piece('a', 1, "one\n")]);
        assert!(writers.wrote(piece('b', 2, "two\n")).is_empty());
        assert_eq!(writers.unclaimed(), b"tw");
        assert_eq!(writers.came(b"o\n"), [piece('b', 2, "two\n")]);
    }

    #[test]
    fn what_one_writes_bit_by_bit_is_a_line() {
        let mut writers = Writers::new();
        writers.came(b"Error: 7\nnext");
        assert!(writers.wrote(piece('a', 1, "Error: ")).is_empty());
        assert!(writers.wrote(piece('a', 2, "7")).is_empty());
        assert_eq!(writers.wrote(piece('a', 3, "\nnext")), [piece('a', 3, "Error: 7\n")]);
        assert_eq!(writers.ended(|writer| writer == 'b'), None);
        assert_eq!(writers.ended(|writer| writer == 'a'), Some(piece('a', 3, "next")));
        assert_eq!(writers.ended(|_| true), None);
    }

    #[test]
    fn a_line_that_another_writes_into_is_torn() {
        let mut writers = Writers::new();
        writers.came(b"one two\none\n");
        writers.wrote(piece('a', 1, "one "));
        let torn = writers.wrote(piece('b', 2, "two\n"));
        assert_eq!(torn, [piece('a', 1, "one "), piece('b', 2, "two\n")]);
        assert_eq!(writers.wrote(piece('a', 3, "one\n")), [piece('a', 3, "one\n")]);
    }

    #[test]
    fn what_nobody_wrote_is_not_given_to_anybody() {
        let mut writers = Writers::new();
        writers.came(b"from nowhere\n");
        assert!(writers.wrote(piece('a', 1, "from a\n")).is_empty());
        assert_eq!(writers.unclaimed(), b"from nowhere\n");
    }
}
