//! Questions on a page whose right answers are taken from what a listing printed and how it ran.
//!
//! A question is a fenced block, ` ```predict crate/name `: what is asked, the choices, the explanation. Each choice ends with
//! a *fact* in a comment, and a build fails where the record disagrees with the mark. Without choices it is an open question,
//! whose facts stand on lines of their own.
//!
//! In reading order:
//!
//! - [`part`]: where on a page such a block stands.
//! - [`question`]: the block, read.
//! - [`fact`]: what a fact may say, and how it is written.
//! - [`printed`], [`ran`], [`refused`]: whether it holds, by the record of the output with its promise, by the timeline, and by
//!   what the compiler said.
//! - [`judge`]: whether all facts of a question agree with their marks.
//! - [`html`]: what takes the block's place.

pub mod fact;
pub mod html;
pub mod judge;
pub mod part;
pub mod printed;
pub mod question;
pub mod ran;
pub mod refused;

/// What a record says about the matter of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether the fact is one.
    pub holds: bool,
    /// What is the case, for an author who said otherwise.
    pub said: String,
}

/// Something an author has to fix in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, counted from 1 at the block's first, which is its fence.
    pub line: usize,
    /// What is wrong and what would be right.
    pub message: String,
}
