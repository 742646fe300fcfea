use std::env;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

use multiprocess::{Process, Result};

/// The file of the dynamic loader, which is part of every process.
fn loader() -> Option<String> {
    let maps = fs::read_to_string("/proc/self/maps").ok()?;
    let mut files = maps.lines().filter_map(|map| map.split(' ').next_back());
    files.find(|file| file.contains("/ld-")).map(str::to_owned)
}

fn main() -> Result<()> {
    multiprocess::init();
    if env::args().nth(1).is_none() {
        let program = env::current_exe().expect("/proc is mounted");
        let loader = loader().expect("this program is linked dynamically");
        panic!("{}", Command::new(loader).arg(program).arg("again").exec());
    }
    let exe = fs::read_link("/proc/self/exe").expect("/proc is mounted");
    println!("the loader: {}", exe.to_string_lossy().contains("/ld-"));
    Process::new(|| (), ()).start()?.join()?;
    Ok(())
}
