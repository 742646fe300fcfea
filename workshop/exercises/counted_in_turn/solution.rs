use multiprocess::{Process, Result};
use std::{env, fs, process::ExitCode};

/// How many words a file has, or why it cannot be read.
fn count(path: String) -> Result<usize, String> {
    let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
    Ok(text.split_whitespace().count())
}

fn main() -> Result<ExitCode> {
    multiprocess::init();
    let mut children = Vec::new();
    for path in env::args().skip(1) {
        let child = Process::new(count, (path.clone(),)).start()?;
        children.push((path, child));
    }
    let mut code = ExitCode::SUCCESS;
    for (path, mut child) in children {
        match child.join()? {
            Ok(words) => println!("{path}: {words}"),
            Err(reason) => {
                println!("{path}: cannot be read: {reason}");
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}
