//! What is on a page in place of a directive such as `{{#listing crate/name}}`.
//!
//! In reading order: [`directive`] reads the line; [`code`] finds what it names, [`source`] the text of that, or a part;
//! [`printed`] finds the line of it that printed a line; [`card`] says which parts of a page share a card; [`arguments`] are what
//! may be chosen when a program runs; [`changes`] is where a program differs from the one before; [`render`] makes a card of all that. [`link`] leads to where a listing is, and
//! [`structure`] says of which part and chapter a page is.

pub mod arguments;
pub mod card;
pub mod changes;
pub mod code;
pub mod directive;
pub mod link;
pub mod printed;
pub mod render;
pub mod source;
pub mod structure;
