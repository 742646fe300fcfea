use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use multiprocess::{Process, Result};

fn by_path(path: PathBuf) -> usize {
    path.as_os_str().len()
}

fn by_bytes(path: Vec<u8>) -> usize {
    by_path(OsString::from_vec(path).into())
}

fn main() -> Result<()> {
    multiprocess::init();
    // A file's name may be any bytes; these are no UTF-8.
    let name = OsString::from_vec(vec![b'a', 0xff]);
    let path = PathBuf::from(&name);
    if let Err(refused) = Process::new(by_path, (path,)).start() {
        println!("{refused}");
    }
    let mut child = Process::new(by_bytes, (name.into_vec(),)).start()?;
    println!("{} bytes", child.join()?);
    Ok(())
}
