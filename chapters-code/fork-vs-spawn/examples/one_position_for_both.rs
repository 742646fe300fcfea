use std::fs::File;
use std::io::{Read, Seek, Write};
use std::sync::OnceLock;

use multiprocess::{Process, StartMethod};

static FILE: OnceLock<File> = OnceLock::new();

fn next_word() -> std::io::Result<String> {
    let mut word = [0; 4];
    FILE.get().expect("main has opened it").read_exact(&mut word)?;
    Ok(String::from_utf8_lossy(&word).into_owned())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    multiprocess::init();
    let mut file = tempfile::tempfile()?;
    file.write_all(b"one two six ")?;
    file.rewind()?;
    FILE.set(file).expect("FILE is set once");
    // SAFETY: there is one thread. Sharing the file is the lesson.
    let fork = unsafe { StartMethod::fork() };
    println!("the parent reads {:?}", next_word()?);
    let child = || next_word().expect("the file has another word");
    let word = Process::new(child, ()).start_method(fork).start()?.join()?;
    println!("the child reads {word:?}");
    println!("the parent reads {:?}", next_word()?);
    Ok(())
}
