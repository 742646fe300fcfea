//! From a timeline's record to the figure on a page: static SVG, the same in words, and the output as it was written.
//!
//! In reading order:
//!
//! - [`check`]: what must hold of a record before it is drawn.
//! - [`words`]: an event as a sentence, as a label, and a time as people read it.
//! - [`rows`]: where up and down: a lane a process, a row a thread.
//! - [`links`]: what joins two rows: births, signals, collections, adoptions.
//! - [`scale`]: where left and right: the order of the events is exact, the distances are not.
//! - [`axis`]: the times along the bottom, and where long gaps were shortened.
//! - [`spans`]: what a thread was doing between its events: running, waiting, or ended and not collected.
//! - [`layout`]: all of it with coordinates; [`text`](crate::figure::text) measures words. Tests look for overlaps here.
//! - [`shapes`]: the forms of marks, the kinds of lines.
//! - [`svg`]: the layout as SVG.
//! - [`tall`]: all of it with coordinates for a narrow page, where time goes down; [`tall_svg`]: that as SVG.
//! - [`lines`]: the lines of output, and which events wrote them.
//! - [`legend`]: what the signs mean.
//! - [`orders`]: the orders that many runs showed, as bars.
//! - [`figure`]: the HTML around all that.
//!
//! `theme/timeline.js` lets a reader step through it, `theme/css/timeline.css` gives it its looks.

pub mod axis;
pub mod brief;
#[cfg(test)]
pub(crate) mod cases;
pub mod check;
pub mod figure;
pub mod layout;
pub mod legend;
pub mod lines;
pub mod links;
pub mod orders;
pub mod rows;
pub mod scale;
pub mod shapes;
pub mod spans;
pub mod svg;
pub mod tall;
pub mod tall_svg;
pub mod words;
