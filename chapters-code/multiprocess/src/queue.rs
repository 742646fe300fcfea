//! Queues among processes. (To be written.)
