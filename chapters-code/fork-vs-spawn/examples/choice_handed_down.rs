use multiprocess::{Process, StartMethod, current_process, set_start_method};

fn report() {
    let me = current_process();
    let method = me.start_method().map_or("nobody", StartMethod::name);
    println!("{} by {method}", me.name());
}

fn report_and_start_child() {
    report();
    let mut child = Process::new(report, ()).start().expect("a child starts");
    child.join().expect("the child returns");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    // SAFETY: this program has one thread and nothing that must not exist twice.
    let fork = unsafe { StartMethod::fork() };
    set_start_method(StartMethod::forkserver())?;
    Process::new(report_and_start_child, ()).start()?.join()?;
    Process::new(report_and_start_child, ())
        .start_method(fork)
        .start()?
        .join()?;
    Ok(())
}
