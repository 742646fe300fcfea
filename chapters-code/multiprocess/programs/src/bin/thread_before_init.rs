//! A constructor starts a thread in every process of this program, or in its children only, as libraries do that are loaded with
//! it.

use multiprocess::Process;
use multiprocess_programs::{CHILD, note_run, run, said, variation};

extern "C" fn start_a_thread() {
    if variation() != "child" || std::env::var_os(CHILD).is_some() {
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
    println!("{}", said(run(&Process::new(|| 42, ()))));
    println!("the program goes on");
}
