//! Starts a process with a name that is unusual as the variation says, and prints what came of it, without the name.

use multiprocess::{Process, current_process};
use multiprocess_programs::{run, said, variation};

fn main() {
    multiprocess_programs::init();
    let name = match variation().as_str() {
        "nul" => "a\0b".to_owned(),
        "nul at the end" => "ab\0".to_owned(),
        // The longest that a program's argument may be (execve(2), MAX_ARG_STRLEN), less its null byte, and more.
        "longest argument" => "n".repeat((128 << 10) - 1),
        "longer" => "n".repeat(128 << 10),
        "mebibyte" => "n".repeat(1 << 20),
        other => panic!("no such name: {other}"),
    };
    let process = Process::new(|| current_process().name().to_owned(), ()).name(name.clone());
    match run(&process) {
        Ok(seen) => println!("Ok(the same: {})", seen == name),
        refused => println!("{}", said(refused).replace(&name, "<name>")),
    }
}
