//! Typed connections between processes. (To be written.)
