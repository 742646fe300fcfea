//! What must hold for the book as a whole.
//!
//! - [`listings`]: every directive resolves; every listing is shown, tested and recorded; no name comes twice.
//! - [`pasted`]: code and output on a page come from a file, or the page says why not.
//! - [`questions`]: their marks agree with the records, and every chapter asks some.
//! - [`exercises`]: each is shown where it belongs. [`plans`]: their minutes add up, and every chapter tells its instructor
//!   what to do.
//! - [`addresses`]: those that the book once had still lead somewhere. [`structure`]: chapters and their pages ask a question each.
//! - [`links`]: the links of the built site lead somewhere, and nothing is fetched from elsewhere.
//! - [`examples`]: every public item of the library has an example.
//! - [`errors`]: the documentation of every error says what to do about it, and a page shows a program that provokes it.
//! - [`glossary`]: every term of the glossary is linked where the book first uses it.
//! - [`builds`]: no command compiles again what another one has built.
//! - [`large`]: a larger book can be built.
//! - [`layers`]: in each crate modules import from lower layers only, and in no circle.
//! - [`authoring`]: `book new` and `book record`, from the outside.
//! - [`tool`]: `book build` and the stock mdBook protocol, from the outside.
//! - [`editions`]: the EPUB, in which every link leads somewhere and every class has a look.
//! - [`serving`]: `book serve`, from the outside ([`served`], [`patient`]). [`attacks`]: floods, stalls, and requests that say two things at once.
//! - [`keys`], [`on_a_page`], [`nothing_left`], [`excesses`]: *Run* on a page of it, from the outside ([`run_socket`]): who may,
//!   what happens, what is left, and programs that know no bounds.
//! - [`running`], [`stopping`]: `book run`, from the outside, on a pipe and on a terminal of its own ([`terminal`]).
//! - [`leftovers`]: what a command leaves behind that is ended by a signal, the next one removes.
//! - [`workshop`], [`saving`]: `book workshop`, a thing at a time and as a session on a terminal, on a participant's [`desk`].
//! - [`doctor`]: `book doctor`, from the outside, where something is missing ([`confined`]).
//! - [`container`]: the container for other systems has what the book needs.
//! - [`toolchains`]: the oldest Rust is claimed in one place, and few files ask for which architecture they are compiled.
//!
//! A check is a function that takes a book's root and returns what is wrong. It runs on this book, and on copies of a
//! small one ([`scratch`]) with a fault planted, because a check that was never seen to fail may check nothing.

mod addresses;
mod attacks;
mod authoring;
mod builds;
mod confined;
mod container;
mod desk;
mod doctor;
mod editions;
mod errors;
mod examples;
mod excesses;
mod exercises;
mod glossary;
mod keys;
mod large;
mod layers;
mod leftovers;
mod links;
mod listings;
mod nothing_left;
mod on_a_page;
mod pasted;
mod patient;
mod plans;
mod process;
mod questions;
mod run_socket;
mod running;
mod saving;
mod scratch;
mod served;
mod serving;
mod stopping;
mod structure;
mod terminal;
mod tool;
mod toolchains;
mod workshop;

use std::path::Path;

/// The root of this book.
fn this_book() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Fails with everything that is wrong, one problem a line.
#[track_caller]
fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// Fails unless exactly one problem was found, and it says all of this.
#[track_caller]
fn assert_one(problems: &[String], parts: &[&str]) {
    let [problem] = problems else { panic!("expected one problem, found {problems:#?}") };
    for part in parts {
        assert!(problem.contains(part), "`{part}` is not said in: {problem}");
    }
}
