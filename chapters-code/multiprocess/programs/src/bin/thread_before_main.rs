//! A constructor starts a thread in the child, as a preloaded library may, before `main` and `init`.

use multiprocess::Process;
use multiprocess_programs::{CHILD, note_run, run, show};

extern "C" fn start_a_thread() {
    if std::env::var_os(CHILD).is_some() {
        std::thread::spawn(std::thread::park);
    }
}

#[used]
#[expect(unsafe_code, reason = "the section that the C library calls functions from")]
// SAFETY: the section holds pointers to functions of this type.
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = start_a_thread;

fn main() {
    note_run();
    multiprocess_programs::init();
    show(run(&Process::new(|| 42, ())));
}
