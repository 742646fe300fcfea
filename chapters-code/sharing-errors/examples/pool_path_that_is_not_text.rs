use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use multiprocess::{Pool, Result};

fn length(path: PathBuf) -> usize {
    path.as_os_str().len()
}

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::new(1)?;
    let odd = PathBuf::from(OsString::from_vec(vec![b'a', 0xff]));
    for result in pool.map(length, ["abc".into(), odd, "de".into()]) {
        match result {
            Ok(length) => println!("{length}"),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
