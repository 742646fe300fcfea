//! What is taught, when, and for how long.
//!
//! [`note`] reads what a page tells its instructor; [`exercise`] shows what a participant is to do; [`notes`] collects both for
//! a class; [`plan`] makes a timetable of their minutes.

pub mod exercise;
pub mod note;
pub mod notes;
pub mod plan;
