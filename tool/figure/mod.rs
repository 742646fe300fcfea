//! Drawings, made of records alone: [`timeline`] shows how a listing ran, [`plot`] what was measured.
//! [`graph`] shows which chapter needs which.
//!
//! [`text`] measures words, so that no two labels touch; `svg` is what both write alike.
//!
//! Deliberately absent: a drawing crate. The layout has no collisions at the width of a phone, its colors follow the page's
//! theme, and each mark says which event it shows.

pub mod graph;
pub mod plot;
mod svg;
pub mod text;
pub mod timeline;
