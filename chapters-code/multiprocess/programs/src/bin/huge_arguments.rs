//! 64 MiB of arguments: for a target that ignores them, and, with `EXECUTABLE`, for a program that never reads them.

use std::time::Instant;

use multiprocess::{Process, set_executable};
use multiprocess_programs::show;

fn main() -> multiprocess::Result<()> {
    multiprocess_programs::init();
    set_executable(std::env::var_os("EXECUTABLE").map(Into::into))?;
    let huge = "x".repeat(64 << 20);
    let mut child = Process::new(|text: String| text.len(), (huge,)).start()?;
    let joining = Instant::now();
    show(child.join());
    eprintln!("joined in {:?}", joining.elapsed());
    Ok(())
}
