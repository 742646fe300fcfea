use multiprocess::{Process, StartMethod, current_process, set_start_method};

fn tell() {
    let me = current_process();
    let method = me.start_method().map_or("nobody", StartMethod::name);
    println!("{} by {method}", me.name());
}

fn tell_and_start_one() {
    tell();
    let mut child = Process::new(tell, ()).start().expect("it starts");
    child.join().expect("it ends well");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    // SAFETY: this program has one thread and nothing that must not exist twice.
    let fork = unsafe { StartMethod::fork() };
    set_start_method(StartMethod::forkserver())?;
    Process::new(tell_and_start_one, ()).start()?.join()?;
    Process::new(tell_and_start_one, ())
        .start_method(fork)
        .start()?
        .join()?;
    Ok(())
}
