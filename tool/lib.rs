//! The tool
