use std::fs;
use std::os::unix::fs::PermissionsExt;

use multiprocess::{Process, Result, set_executable};

fn first_target() -> u32 {
    42
}

/// A copy of this program in which the target has another name.
fn renamed() -> Vec<u8> {
    let mut program = fs::read("/proc/self/exe").expect("/proc is mounted");
    let name = std::any::type_name_of_val(&first_target).as_bytes();
    for at in 0..program.len() - name.len() {
        if program[at..].starts_with(name) {
            program[at + name.len() - 1] = b'_';
        }
    }
    program
}

fn main() -> Result<()> {
    multiprocess::init();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let copy = folder.path().join("copy");
    fs::write(&copy, renamed()).expect("the disk has space");
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(&copy, mode).expect("the owner can set the mode");
    set_executable(Some(copy))?;
    if let Err(refused) = Process::new(first_target, ()).start()?.join() {
        // The offset differs in every build.
        println!("{}", refused.to_string().split(" 0x").next().unwrap_or(""));
    }
    Ok(())
}
