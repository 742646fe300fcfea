//! The `book` tool: builds the book, serves it, runs its listings, and leads through the workshop.
//!
//! A map of the rooms, from the roof down. A room imports from lower rows only, and `tests/book/layers.rs` holds that.
//!
//! | Rooms | What for |
//! |---|---|
//! | [`cli`] | what can be asked of the tool; one room for each command follows |
//! | [`editions`], [`serve`] | the book for e-readers and on paper; from changed files to a reloaded page, and *Run* on it |
//! | [`author`], [`build`], [`doctor`], [`workshop`] | a listing, begun and recorded; the site; can this machine do it; a participant's exercises |
//! | [`run`], [`teach`] | a listing, seen running in the terminal; minutes, notes, exercises and plans |
//! | [`page`] | what takes the place of a directive on a page |
//! | [`predict`] | questions, and the judge of their marks |
//! | [`figure`], [`workspace`] | drawings; building programs and watching files |
//! | [`terminal`], [`text`] | where text goes; how it is written |
//!
//! Below them are two crates: `records` knows what a listing promises and did, and `supervisor` runs anything under a deadline.

#![deny(unsafe_code)]

pub mod author;
pub mod build;
pub mod cli;
pub mod doctor;
pub mod editions;
pub mod figure;
pub mod page;
pub mod predict;
pub mod run;
pub mod serve;
pub mod teach;
pub mod terminal;
pub mod text;
pub mod workshop;
pub mod workspace;
