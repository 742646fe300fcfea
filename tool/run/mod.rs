//! `book run`: a listing, seen running.
//!
//! - [`drawing`]: a run as lines of text; [`lanes`], [`words`], [`wrap`] and [`ink`] are its parts.

pub mod drawing;
pub mod ink;
pub mod lanes;
#[cfg(test)]
mod samples;
pub mod words;
pub mod wrap;
