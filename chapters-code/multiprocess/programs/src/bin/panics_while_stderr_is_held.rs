//! A child whose second thread panics while its main thread holds the lock of standard error and waits for it.

use multiprocess::{Process, Result};
use multiprocess_programs::show;

fn hold_and_wait() -> bool {
    let _held = std::io::stderr().lock();
    std::thread::spawn(|| panic!("beside a held lock")).join().is_err()
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    show(Process::new(hold_and_wait, ()).start()?.join());
    Ok(())
}
