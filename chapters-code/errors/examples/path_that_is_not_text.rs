use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use multiprocess::{Process, Result};

/// A file's name may be any bytes. These are not UTF-8.
fn name() -> Vec<u8> {
    vec![b'a', 0xff]
}

fn as_path() -> PathBuf {
    OsString::from_vec(name()).into()
}

fn length_of_path(path: PathBuf) -> usize {
    path.as_os_str().len()
}

fn length_of_bytes(path: Vec<u8>) -> usize {
    length_of_path(OsString::from_vec(path).into())
}

fn main() -> Result<()> {
    multiprocess::init();
    if let Err(refused) = Process::new(length_of_path, (as_path(),)).start() {
        println!("{refused}");
    }
    if let Err(refused) = Process::new(as_path, ()).start()?.join() {
        println!("{refused}");
    }
    let mut child = Process::new(length_of_bytes, (name(),)).start()?;
    println!("{} bytes", child.join()?);
    println!("{:?}", Process::new(name, ()).start()?.join()?);
    Ok(())
}
