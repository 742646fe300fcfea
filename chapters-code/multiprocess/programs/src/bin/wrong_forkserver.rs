//! Has a forkserver that cannot serve: children are started from the file that `EXECUTABLE` names, or, with an argument, this very
//! program serves where the kernel refuses the system call that the argument names. Prints what is said of it.

use multiprocess::{Process, set_executable, start_forkserver};
use multiprocess_programs::os::sandbox;
use multiprocess_programs::{run, show, variation};

fn main() -> multiprocess::Result<()> {
    multiprocess_programs::init();
    set_executable(std::env::var_os("EXECUTABLE").map(Into::into))?;
    if !variation().is_empty() {
        sandbox::refuse(sandbox::call(&variation()), libc::EPERM);
    }
    show(start_forkserver());
    show(run(&Process::new(|| 42, ())));
    show(run(&Process::new(|| 42, ())));
    Ok(())
}
