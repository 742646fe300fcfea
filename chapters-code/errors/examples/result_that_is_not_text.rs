use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use multiprocess::{Process, Result};

fn as_path() -> PathBuf {
    OsString::from_vec(as_bytes()).into()
}

fn as_bytes() -> Vec<u8> {
    vec![b'a', 0xff]
}

fn main() -> Result<()> {
    multiprocess::init();
    println!("{:?}", Process::new(as_bytes, ()).start()?.join()?);
    println!("{:?}", Process::new(as_path, ()).start()?.join()?);
    Ok(())
}
