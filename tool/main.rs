//! The `book` program: see the library `book` for how it works.

use std::process::ExitCode;

fn main() -> ExitCode {
    book::cli::main()
}
