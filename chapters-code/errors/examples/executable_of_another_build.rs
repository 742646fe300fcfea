use std::{env, fs};

use multiprocess::{Process, Result, set_executable};

/// A copy of this program that claims to be another build.
fn another_build() -> Vec<u8> {
    let mut program = fs::read("/proc/self/exe").expect("/proc is mounted");
    // The header of the note that holds the build-id, with its length.
    let note = b"\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0";
    let at = program.windows(note.len()).position(|bytes| bytes == note);
    let build_id = at.expect("the linker wrote a build-id") + note.len();
    program[build_id] ^= 1;
    program
}

fn main() -> Result<()> {
    multiprocess::init();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let copy = folder.path().join("copy");
    fs::copy(env::current_exe().expect("a path"), &copy).expect("disk space");
    set_executable(Some(copy.clone()))?;
    println!("a copy: {}", Process::new(|| 42, ()).start()?.join()?);

    fs::write(&copy, another_build()).expect("the disk has space");
    println!("{}", Process::new(|| 42, ()).start()?.join()?);
    Ok(())
}
