use std::io::{Read, Write, pipe};

use nix::libc::_exit;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork};

fn main() -> std::io::Result<()> {
    let (mut reader, mut writer) = pipe()?;
    // SAFETY: with one thread, the child's copy of memory is whole.
    match unsafe { fork() }? {
        ForkResult::Child => {
            let sent = writer.write_all(&[b'x'; 100_000]);
            // SAFETY: it ends this process, and cleans up nothing.
            unsafe { _exit(i32::from(sent.is_err())) }
        }
        ForkResult::Parent { child } => {
            drop(writer);
            println!("waiting for the child");
            waitpid(child, None)?;
            let mut report = Vec::new();
            reader.read_to_end(&mut report)?;
            println!("read {} bytes", report.len());
            Ok(())
        }
    }
}
