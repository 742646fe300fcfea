//! Runs a listing under a deadline, records what it did, and checks it against its record.
//!
//! Program, page and test must never disagree, so they all read one record of one listing. In reading order:
//!
//! - [`catalog`]: where the listings, their twins and their records are.
//! - [`end`], [`promise`], [`record`], [`mod@escape`]: what a record says, and which runs a promise allows.

#![deny(unsafe_code)]

pub mod catalog;
pub mod end;
pub mod escape;
pub mod promise;
pub mod record;
