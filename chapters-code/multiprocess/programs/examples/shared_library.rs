//! A shared library that starts a function of its own; `calls_a_library` loads it.

use multiprocess::Process;
use multiprocess_programs::show;

fn in_the_library() -> u32 {
    42
}

/// Starts the function twice, so that what a refused start leaves behind would be seen, and prints what came of it.
// SAFETY: no other function of this name is part of the program.
#[unsafe(no_mangle)]
extern "C" fn starts_its_own_function() {
    multiprocess_programs::init();
    for _ in 0..2 {
        show(multiprocess_programs::run(&Process::new(in_the_library, ())));
    }
}
