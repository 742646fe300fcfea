//! What a listing promises, what one run of it did, and the check of one against the other.
//!
//! A page, a test, a question and a figure must never disagree, so all of them read one record of one listing. Each run
//! behind a record goes through the crate `supervisor`, which knows nothing of listings. In reading order:
//!
//! - [`catalog`]: where the listings, their twins and their records are.
//! - [`promise`], [`record`], [`mod@escape`]: what a record says. `kept`: which runs a promise allows.
//! - [`roles`]: what is shown in place of a pid.
//! - [`timeline`], [`builder`], `writers`: what a run did and when, as a figure is drawn from it, and how that is put
//!   together from the supervisor's events. [`mod@machine`]: on what it was recorded.
//! - [`program`], `fresh`: a listing as a program to run, as new as its sources.
//! - [`trial`], [`mod@check`]: the test of one listing.
//! - [`refusal`], [`mod@compiler`]: the record of a program that must not compile, and what the compiler says of it.
//! - [`shape`], [`sound`]: what two runs of one program have in common, and what holds in every run.
//!
//! Deliberately absent: running anything, which is the supervisor's work; drawing a timeline, which is the `book` tool's.

#![deny(unsafe_code)]

pub mod builder;
pub mod catalog;
pub mod check;
pub mod compiler;
pub mod escape;
mod fresh;
mod kept;
pub mod machine;
pub mod program;
pub mod promise;
pub mod record;
pub mod refusal;
pub mod roles;
pub mod shape;
pub mod sound;
pub mod timeline;
pub mod trial;
mod writers;

#[doc(hidden)]
pub use insta;
pub use supervisor::End;

pub use crate::{
    builder::{Builder, follow},
    trial::{Trial, any_order, exact},
};
