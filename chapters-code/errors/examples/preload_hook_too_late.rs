use multiprocess::{Process, Result, StartMethod, set_forkserver_preload};

fn hook() {
    println!("prepared");
}

fn main() -> Result<()> {
    multiprocess::init();
    multiprocess::set_start_method(StartMethod::forkserver())?;
    Process::new(|| (), ()).start()?.join()?;
    set_forkserver_preload(hook)?;
    Ok(())
}
