//! The built site in a browser: what a reader sees, with every page in headless Chromium.
//!
//! In reading order: [`chromium`] starts the one browser and makes sure that it ends, [`site`] builds the book and serves
//! it, [`cdp`] speaks Chromium's protocol, [`page`] is a page as a reader has it. The tests: [`accessibility`] (axe-core on
//! every page), [`running`] (*Run*, on a book that is [`served`]), [`timelines`] (the figures of the records in [`cases`] and of
//! the book's pages), [`stepping`] (keys, pointer and replay in them), [`questions`] (choices, their check and their memory),
//! [`teaching`] (a page as slides), [`reading`] (widths, weight, no script, nothing foreign), [`controls`] (keys, search,
//! copy, theme), [`folder`] (from a folder, and without storage), and [`template`] (how `theme/index.hbs` differs from mdBook's, which needs no browser).
//!
//! Without a browser the tests say so on stderr and pass; with `CI=true` they fail.

mod accessibility;
mod cases;
mod cdp;
mod chromium;
mod controls;
mod folder;
mod page;
mod questions;
mod reading;
mod running;
mod served;
mod site;
mod stepping;
mod teaching;
mod template;
mod timelines;
