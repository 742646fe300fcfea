//! A child of a child of a child, each of which starts the next and joins it.

use multiprocess::{Process, Result, current_process, parent_process};
use multiprocess_programs::{run, show};

fn nest(depth: u32) -> String {
    let parent = parent_process().expect("a child has a parent").name().to_owned();
    let here = format!("{parent} > {}", current_process().name());
    match depth {
        1 => here,
        _ => {
            let next = run(&Process::new(nest, (depth - 1,)));
            format!("{here} | {}", next.expect("the next one returns"))
        }
    }
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    show(Process::new(nest, (3,)).start()?.join());
    Ok(())
}
