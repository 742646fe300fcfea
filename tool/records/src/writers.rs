//! Who wrote which part of an output.
//!
//! Two things are known of an output: what came out of the pipe, which is all of it and in order, and what each write of
//! a traced thread put in, of which two that overlap may be told in the other order. So the pipe decides: the next
//! bytes of it belong to the first write that was told of whose bytes they are.
//!
//! Some bytes come without a write that is told of. Their writer was killed before its call was over, or is no process of
//! the run. They are *stray*, and what comes after them is found again behind them.

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
    /// What came out of the pipe, from the place on that belongs to no writer yet.
    pipe: Vec<u8>,
    claimed: usize,
    /// The writes that were told of and have not come out of the pipe yet, in the order of their times. What the pipe goes on with is
    /// none of them.
    told: VecDeque<Piece<W>>,
    /// No write among them is longer.
    longest: usize,
    stray: Vec<u8>,
    /// The beginning of a line that is not complete.
    begun: Option<Piece<W>>,
}

impl<W: Copy + PartialEq> Writers<W> {
    pub(crate) fn new() -> Writers<W> {
        let (pipe, told, stray) = (vec![], VecDeque::new(), vec![]);
        Writers { pipe, claimed: 0, told, longest: 0, stray, begun: None }
    }

    /// Bytes came out of the pipe.
    pub(crate) fn came(&mut self, bytes: &[u8]) -> Vec<Piece<W>> {
        // A write that has all of its bytes there and is not among what comes next does not come to be by what follows.
        let from = if self.rest().len() < self.longest { 0 } else { self.told.len() };
        let from = if self.rest().is_empty() { 0 } else { from };
        self.pipe.extend(bytes);
        self.match_up(from)
    }

    /// A write was told of.
    pub(crate) fn wrote(&mut self, piece: Piece<W>) -> Vec<Piece<W>> {
        self.longest = self.longest.max(piece.bytes.len());
        self.told.push_back(piece);
        self.match_up(self.told.len() - 1)
    }

    /// Waits no longer for what writes that were told of up to this time have put in. What stands in their way is stray, and so is, if
    /// none of them is to be found, all that came. Gives what is behind it.
    pub(crate) fn give_up(&mut self, until: u64) -> Vec<Piece<W>> {
        /// A write that comes out after so many others are told of is not looked for.
        const MOST: usize = 64;
        let mut complete = vec![];
        while self.told.front().is_some_and(|piece| piece.at <= until) {
            let rest = self.rest();
            let mut places = (0..rest.len()).map(|at| &rest[at..]);
            let is_told =
                |rest: &[u8]| self.told.iter().take(MOST).any(|piece| rest.starts_with(&piece.bytes));
            let found = places.position(is_told);
            self.stray(found.unwrap_or(self.rest().len()));
            match found {
                Some(_) => complete.append(&mut self.match_up(0)),
                None => self.told.retain(|piece| piece.at > until),
            }
        }
        complete
    }

    /// No more comes or is told of. Gives what is found behind stray bytes.
    pub(crate) fn over(&mut self) -> Vec<Piece<W>> {
        let complete = self.give_up(u64::MAX);
        self.stray(self.rest().len());
        complete
    }

    fn stray(&mut self, count: usize) {
        self.stray.extend_from_slice(&self.pipe[self.claimed..][..count]);
        self.claim(count);
    }

    fn rest(&self) -> &[u8] {
        &self.pipe[self.claimed..]
    }

    fn claim(&mut self, count: usize) {
        self.claimed += count;
        // Not each time: what is left has to be moved for it.
        if 2 * self.claimed >= self.pipe.len() {
            self.pipe.drain(..self.claimed);
            self.claimed = 0;
        }
    }

    /// Nobody writes any more who is among these. Gives the lines that they have left incomplete.
    pub(crate) fn ended(&mut self, is_among: impl Fn(W) -> bool) -> Option<Piece<W>> {
        self.begun.take_if(|begun| is_among(begun.writer))
    }

    /// When the first write was told of that has not come out of the pipe yet: what came out before it is not told of yet.
    pub(crate) fn undecided(&self) -> Option<u64> {
        self.told.front().map(|piece| piece.at)
    }

    /// What came out of the pipe and no known writer has put in.
    pub(crate) fn strays(&self) -> &[u8] {
        &self.stray
    }

    /// The same, with what has just come and may still turn out to have one.
    pub(crate) fn unclaimed(&self) -> Vec<u8> {
        [&self.stray, self.rest()].concat()
    }

    /// Joins what comes next with its writes, of which those before `from` do not come first.
    fn match_up(&mut self, from: usize) -> Vec<Piece<W>> {
        let (mut complete, mut from) = (vec![], from);
        let is_next = |rest: &[u8], piece: &Piece<W>| rest.starts_with(&piece.bytes);
        while let Some(at) = self.told.iter().skip(from).position(|piece| is_next(self.rest(), piece)) {
            let at = from + at;
            from = 0;
            let mut piece = self.told.remove(at).expect("it was just found");
            // It was written before those that were told of before it, and before they were.
            let earlier = self.told.iter().take(at).map(|skipped| skipped.at).min();
            piece.at = piece.at.min(earlier.unwrap_or(piece.at));
            self.claim(piece.bytes.len());
            self.join(piece, &mut complete);
        }
        if self.told.is_empty() {
            self.longest = 0;
        }
        complete
    }

    /// Joins what one writer wrote bit by bit, with nobody in between, up to the end of its last line.
    fn join(&mut self, piece: Piece<W>, complete: &mut Vec<Piece<W>>) {
        let Piece { writer, at, mut bytes } = piece;
        let rest = bytes.split_off(bytes.iter().rposition(|&b| b == b'\n').map_or(0, |newline| newline + 1));
        match &mut self.begun {
            // It is looked at once: a line can be long, and come in many pieces.
            Some(begun) if begun.writer == writer && bytes.is_empty() => {
                begun.at = at;
                begun.bytes.extend(rest);
                return;
            }
            Some(begun) if begun.writer == writer => {
                begun.bytes.append(&mut bytes);
                bytes = std::mem::take(&mut begun.bytes);
                self.begun = None;
            }
            _ => complete.extend(self.begun.take()),
        }
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
    use std::time::{Duration, Instant};

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

    #[test]
    fn what_follows_stray_bytes_is_found_behind_them() {
        let mut writers = Writers::new();
        writers.came(b"from nowhere\nfrom a\nfrom b\n");
        assert!(writers.wrote(piece('a', 1, "from a\n")).is_empty());
        assert!(writers.wrote(piece('c', 2, "it changed\n")).is_empty());
        assert!(writers.wrote(piece('b', 3, "from b\n")).is_empty());
        assert!(writers.give_up(0).is_empty(), "it may still be told of");
        assert_eq!(writers.give_up(1), [piece('a', 1, "from a\n"), piece('b', 2, "from b\n")]);
        assert_eq!(writers.strays(), b"from nowhere\n");
        writers.came(b"the last");
        assert!(writers.over().is_empty());
        assert_eq!(writers.strays(), b"from nowhere\nthe last");
    }

    #[test]
    fn many_small_writes_behind_stray_bytes_take_no_longer_than_others() {
        /// So many that each of them could not look at all others in that time.
        const COUNT: u64 = 200_000;
        let begun = Instant::now();
        let mut writers = Writers::new();
        writers.came(b"from nowhere");
        for at in 1..=COUNT {
            writers.came(b"x");
            writers.wrote(piece('a', at, "x"));
        }
        let found = writers.over();
        assert_eq!(writers.strays(), b"from nowhere");
        assert_eq!(found.len(), 0, "it is one line without an end");
        assert_eq!(writers.ended(|_| true).expect("a line").bytes.len() as u64, COUNT);
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }
}
