//! multiprocess
