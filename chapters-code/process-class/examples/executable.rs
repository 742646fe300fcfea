use std::fs;
use std::path::PathBuf;

use multiprocess::{Process, set_executable};

fn which() -> Option<PathBuf> {
    Some(std::env::current_exe().ok()?.file_name()?.into())
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    println!("{:?}", Process::new(which, ()).start()?.join()?);

    let folder = tempfile::tempdir().expect("a folder can be made");
    let copy = folder.path().join("a_copy");
    fs::copy("/proc/self/exe", &copy).expect("the disk has space");
    set_executable(Some(copy))?;
    println!("{:?}", Process::new(which, ()).start()?.join()?);

    set_executable(Some("/bin/true".into()))?;
    println!("{}", Process::new(which, ()).start()?.join().unwrap_err());
    Ok(())
}
