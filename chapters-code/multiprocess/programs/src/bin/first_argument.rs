//! What a child and its child see as the program's arguments, beside what the program itself sees.

use multiprocess::{Process, Result};
use multiprocess_programs::run;

fn arguments() -> Vec<String> {
    std::env::args().collect()
}

fn childs_arguments() -> Vec<String> {
    run(&Process::new(arguments, ())).expect("the child returns")
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let own = arguments();
    let child = run(&Process::new(arguments, ()).name("named"))?;
    let grandchild = run(&Process::new(childs_arguments, ()))?;
    println!("child: {}", child == own);
    println!("grandchild: {}", grandchild == own);
    eprintln!("{own:?} {child:?} {grandchild:?}");
    Ok(())
}
