//! The files that the book is made of: [`program`] finds a listing and has [`cargo`] build it, [`watch`] sees changes.

pub mod cargo;
pub mod program;
pub mod watch;
