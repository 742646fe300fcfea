use multiprocess::{
    Context, Process, StartMethod, current_process, set_start_method,
};

fn made_by() {
    let me = current_process();
    println!("{} by {}", me.name(), me.start_method().unwrap_or("nobody"));
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    made_by();
    Process::new(made_by, ()).start()?.join()?;

    set_start_method(StartMethod::forkserver())?;
    Process::new(made_by, ()).start()?.join()?;

    // SAFETY: this program has one thread and nothing that must not exist twice.
    let forking = Context::new(unsafe { StartMethod::fork() });
    forking.process(made_by, ()).start()?.join()?;

    let process =
        Process::new(made_by, ()).start_method(StartMethod::spawn());
    process.start()?.join()
}
