//! Loads the shared library that `LIBRARY` names, and calls the function in it that starts a process.

use multiprocess_programs::{os, proc};

fn main() {
    let library = std::env::var_os("LIBRARY").expect("LIBRARY names a shared library");
    os::call_in_library(library.as_ref(), c"starts_its_own_function");
    assert_eq!(proc::children(), []);
}
