//! By which method three generations are started when the first chooses one and the others choose none. With
//! `spawned` the second is started by spawn, without a change of the choice.

use multiprocess::{Process, Result, StartMethod, current_process};
use multiprocess_programs::{run, variation};

fn methods(generations: u32) -> Vec<String> {
    let own = format!("{:?}", current_process().start_method());
    let mut methods = vec![own.replace('"', "")];
    if generations > 1 {
        let process = Process::new(methods_of_the_next, (generations - 1,));
        methods.extend(run(&process).expect("the child returns"));
    }
    methods
}

fn methods_of_the_next(generations: u32) -> Vec<String> {
    methods(generations)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let process = Process::new(methods_of_the_next, (3,));
    let process = match variation().as_str() {
        "spawned" => process.start_method(StartMethod::spawn()),
        _ => process,
    };
    println!("{:?}", run(&process)?);
    Ok(())
}
