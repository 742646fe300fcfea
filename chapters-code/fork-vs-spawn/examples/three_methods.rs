use multiprocess::{
    Context, Process, StartMethod, current_process, set_start_method,
};

fn report_method() {
    let me = current_process();
    let method = me.start_method().map_or("nobody", StartMethod::name);
    println!("{} by {method}", me.name());
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    report_method();
    Process::new(report_method, ()).start()?.join()?;

    set_start_method(StartMethod::forkserver())?;
    Process::new(report_method, ()).start()?.join()?;

    // SAFETY: this program has one thread and nothing that must not exist twice.
    let forking = Context::new(unsafe { StartMethod::fork() });
    forking.process(report_method, ()).start()?.join()?;

    let process =
        Process::new(report_method, ()).start_method(StartMethod::spawn());
    process.start()?.join()?;
    Ok(())
}
