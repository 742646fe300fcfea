//! The `book` tool: builds the book, serves it, and checks that every listing and output on a page is real.
//!
//! In reading order:
//!
//! 1. [`cli`]: what can be asked of the tool.
//! 2. [`directive`], [`code`], [`source`], [`render`], [`preprocess`]: from `{{#listing crate/name}}` on a page to a figure. What a
//!    listing and its record are, and where they lie, is the crate `supervisor`'s to know. [`link`] leads to
//!    where a listing stands; [`nearest`] finds what an author meant. [`timeline`] draws the figure of a timeline, [`plot`]
//!    that of measurements; [`predict`] asks questions, whose answers the records give; [`exercise`] shows what is to be done
//!    in a workshop, [`plan`] when; [`note`] is what a page tells its instructor, [`notes`] collects that.
//! 3. [`build`]: mdBook, as a library, with that preprocessor and with `backend` for its own; [`describe`] is what pages say about themselves,
//!    [`recordings`] what *Run* replays where nothing can be run. [`stock`] is the way in for a stock `mdbook build`.
//! 4. [`serve`]: build, serve, watch, build again. [`watch`] sees the changes, [`site`] holds one finished build,
//!    `pages` answers from it, `origin` turns strangers away, `policy` says what a page may do. `live` runs a listing for a
//!    page; [`arguments`] are what may be chosen for it.
//! 5. [`run`]: a listing, seen running in the terminal.
//! 6. [`doctor`]: whether this machine can do all that.
//! 7. [`workshop`]: a participant, led through the exercises.
//! 8. [`notices`]: mdBook's warnings; [`terminal`]: where this program prints to; [`cargo`]: what builds programs for it.
//!
//! Deliberately absent: how a listing is run and followed, which is the supervisor's work.

#![deny(unsafe_code)]

pub mod arguments;
mod backend;
pub mod build;
pub mod cargo;
pub mod cli;
pub mod code;
pub mod describe;
pub mod directive;
pub mod doctor;
pub mod exercise;
pub mod link;
mod live;
pub mod nearest;
pub mod note;
pub mod notes;
pub mod notices;
mod origin;
mod pages;
pub mod plan;
pub mod plot;
mod policy;
pub mod predict;
pub mod preprocess;
pub mod record;
pub mod recordings;
pub mod render;
pub mod run;
pub mod serve;
pub mod site;
pub mod source;
pub mod stock;
pub mod terminal;
pub mod timeline;
pub mod watch;
pub mod workshop;
