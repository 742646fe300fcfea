//! Text that Rust and C have in their buffers when a child is started.

use multiprocess::{Process, Result};
use multiprocess_programs::os;

fn main() -> Result<()> {
    multiprocess_programs::init();
    print!("<rust>");
    os::print_in_c(c"<c>");
    let child = || {
        print!("<rust in the child>");
        os::print_in_c(c"<c in the child>");
    };
    Process::new(child, ()).start()?.join()?;
    println!("<end>");
    Ok(())
}
