//! Locks between processes. (To be written.)
