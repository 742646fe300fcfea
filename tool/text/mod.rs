//! Text for people: what several rooms write, and write alike.
//!
//! `html` escapes it; `words` says what a listing promises and how it ended, and `order` what comes before what; [`nearest`]
//! finds what an author or a reader meant.

pub(crate) mod html;
pub mod nearest;
pub(crate) mod order;
pub(crate) mod words;
