//! The files that the book is made of, as they change: [`cargo`] builds programs, [`watch`] sees changes.

pub mod cargo;
pub mod watch;
