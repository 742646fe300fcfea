//! What several listings of the chapter share.

pub mod stations;
