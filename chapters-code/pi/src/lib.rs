//! The series 1 - 1/3 + 1/5 - 1/7 + ..., which is a quarter of pi, summed in several ways.
//!
//! The listings of the chapter and the benchmarks call the same functions, so what is measured is what is shown.
//!
//! 1. [`series`]: term after term.
//! 2. [`lanes`]: sixteen sums side by side, which a compiler can put into vectors.
//! 3. [`wide`]: the same code for the widest vectors that this CPU has.
//! 4. [`threads`]: several threads, by hand and with rayon.
//! 5. [`summation`]: sums that lose less to rounding, and one that loses nothing.
//! 6. [`grid`]: pi from counted points, whose work lies unevenly.
//!
//! Deliberately absent: a fast way to compute pi. This series needs ten times the terms for one more digit.

#![deny(unsafe_code)]

pub mod grid;
pub mod lanes;
pub mod series;
pub mod summation;
pub mod threads;
pub mod wide;
