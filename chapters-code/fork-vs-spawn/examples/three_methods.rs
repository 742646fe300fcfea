use multiprocess::{
    Context, Process, StartMethod, current_process, set_start_method,
};

fn made_by() {
    let me = current_process();
    let method = me.start_method().map_or("nobody", StartMethod::name);
    println!("{} by {method}", me.name());
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
    process.start()?.join()?;
    Ok(())
}
