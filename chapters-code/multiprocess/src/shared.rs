//! Memory that processes share. (To be written.)
