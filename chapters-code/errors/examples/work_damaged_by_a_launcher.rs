use std::os::unix::fs::PermissionsExt;
use std::{env, fs};

use multiprocess::{Process, Result, set_executable};

const LAUNCHER: &str = "#!/bin/sh
work=$(find /proc/$PPID/fd -lname '/memfd:multiprocess*' 2> /dev/null)
truncate --size=4 $work
exec \"$PROGRAM\"
";

fn main() -> Result<()> {
    multiprocess::init();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let launcher = folder.path().join("launcher");
    fs::write(&launcher, LAUNCHER).expect("the disk has space");
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(&launcher, mode).expect("the owner can set the mode");
    // SAFETY: there is no other thread that could read the environment.
    unsafe { env::set_var("PROGRAM", env::current_exe().expect("a path")) };
    set_executable(Some(launcher))?;
    println!("{}", Process::new(|| 42, ()).start()?.join()?);
    Ok(())
}
