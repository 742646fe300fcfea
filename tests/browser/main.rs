//! The site in a browser: what a reader sees, in headless Chromium.
//!
//! What a test costs depends on which pages it opens. The [`gallery`] is a small book with each component; what costs much is
//! looked at there. Each page of the book is opened once. So a new page costs a second or two, and a new component belongs in
//! the gallery, `tests/gallery`.
//!
//! In reading order: [`chromium`] starts the one browser and makes sure that it ends, [`site`] builds a book and serves it,
//! [`cdp`] speaks Chromium's protocol, [`page`] is a page as a reader has it. Then the checks:
//!
//! | where | on which pages | what |
//! |---|---|---|
//! | [`properties`], a table | each of gallery and book | console, other hosts, weight, speed, copies, minutes, names of questions, events and places in figures, sideways at three widths, tables as cards, the same without scripts, axe without colors |
//! | [`properties`], its rows `on: Named` | the gallery's components, and of the book those of [`share`] | axe with all rules at three widths and its colors in dark, all controls, paper |
//! | [`axe`] | gallery | axe on what opens: menus, search, answers, a replay, slides |
//! | [`controls`], [`questions`], [`stepping`], [`timelines`], [`teaching`], [`folder`] | gallery | keys, pointer, finger, storage; what works without scripts |
//! | [`cover`] | the first page of the book, also where it is served | what is on its first screen; its run, recorded and live |
//! | [`contents`] | a book of sixteen parts | the table of contents, with scripts and without; the bar; a page's own headings; an unknown address |
//! | [`reading`] | gallery; the book's page for an unknown address | an unknown address, the button that prints |
//! | [`paper`] | a part of the gallery as a PDF | contents, links, page numbers, pages that are half empty |
//! | [`searching`] | gallery; the book's index | keys, links and highlights of the search; queries as readers type them |
//! | [`running`] | one page of the book that is [`served`] | *Run* |
//! | [`earlier`] | the same | what an earlier server of the same port has left in the browser |
//! | [`tables`] | gallery; three pages of the book | tables on a phone, for eyes and for a screen reader, and on paper |
//! | [`typefaces`] | gallery; one page of the book | how far a page moves when its typefaces come late |
//! | [`template`] | no browser | how this theme differs from mdBook's |
//!
//! `FULL=1` has each page of the book looked at thoroughly, and the hard cases of figures in the gallery. Without it, an unchanged
//! page of the book can have these faults until its turn in the share comes: a color that is too weak, in light or dark; what axe
//! finds only in an open fold or only at the width of a phone or a tablet; a control that fails when it is used; a script that
//! fails only where a page is loaded on a phone; something that is missing on paper.
//!
//! Without a browser the tests say so on stderr and pass; with `CI=true` they fail.

mod axe;
mod cdp;
mod chromium;
mod contents;
mod controls;
mod cover;
mod earlier;
mod folder;
mod gallery;
mod page;
mod pages;
mod paper;
#[path = "../book/patient.rs"]
mod patient;
mod properties;
mod questions;
mod reading;
mod running;
mod searching;
mod served;
mod share;
mod site;
mod stepping;
mod tables;
mod teaching;
mod template;
mod timelines;
mod typefaces;
