//! What a child is called, by itself and by the kernel: the variation is the name, `default` for none, `nul` for one that
//! no argument can hold.

use multiprocess::{Process, current_process, parent_process};
use multiprocess_programs::{show, variation};

#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Seen {
    name: String,
    comm: String,
    argv: Vec<String>,
    parent: (String, bool),
}

fn look() -> (Seen, bool) {
    let read = |file| std::fs::read_to_string(format!("/proc/self/{file}")).expect("/proc is mounted");
    let parent = parent_process().expect("a child has a parent");
    let argv: Vec<String> = read("cmdline").split_terminator('\0').map(str::to_owned).collect();
    let same = argv == std::env::args().collect::<Vec<_>>();
    let seen = Seen {
        name: current_process().name().to_owned(),
        comm: read("comm").trim_end_matches('\n').to_owned(),
        argv,
        parent: (parent.name().to_owned(), parent.pid() == std::os::unix::process::parent_id()),
    };
    (seen, same)
}

fn main() {
    multiprocess_programs::init();
    assert!(parent_process().is_none());
    let process = Process::new(look, ());
    let process = match variation().as_str() {
        "default" => process,
        "nul" => process.name("a\0b"),
        name => process.name(name),
    };
    match process.start() {
        Ok(mut child) => {
            println!("{:?}", child.name());
            show(child.join());
        }
        Err(error) => show::<()>(Err(error)),
    }
}
