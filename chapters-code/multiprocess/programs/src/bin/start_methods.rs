//! Who chooses the start method: nobody, the program, the program once more, a context, a process; and what children
//! see of it.

use multiprocess::{
    Context, Process, Result, StartMethod, current_process, force_start_method, set_start_method,
};
use multiprocess_programs::{os, run, show};

fn own() -> String {
    current_process().start_method().map_or("none", StartMethod::name).to_owned()
}

/// This process's method, and that of a child which it starts without choosing.
fn own_and_childs() -> (String, String) {
    (own(), run(&Process::new(own, ())).expect("it returns"))
}

fn main() -> Result<()> {
    multiprocess::init();
    println!("{:?}, by default {}; here {}", os::all_methods(), StartMethod::default(), own());
    show(Process::new(own_and_childs, ()).start()?.join());
    show(set_start_method(os::fork_method()));
    show(set_start_method(StartMethod::spawn()));
    show(Process::new(own_and_childs, ()).start()?.join());
    show(Process::new(own_and_childs, ()).start_method(StartMethod::spawn()).start()?.join());
    show(Context::new(StartMethod::spawn()).process(own, ()).start()?.join());
    show(force_start_method(StartMethod::spawn()));
    show(set_start_method(os::fork_method()));
    show(Process::new(own, ()).start()?.join());
    show(Context::new(os::fork_method()).process(own, ()).start()?.join());
    show(Process::new(own_and_childs, ()).start_method(StartMethod::forkserver()).start()?.join());
    Ok(())
}
