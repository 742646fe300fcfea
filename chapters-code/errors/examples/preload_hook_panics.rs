use multiprocess::{Process, Result, StartMethod};

fn hook() {
    panic!("no dictionary");
}

fn main() -> Result<()> {
    multiprocess::init();
    multiprocess::set_start_method(StartMethod::forkserver())?;
    multiprocess::set_forkserver_preload(hook)?;
    Process::new(|| (), ()).start()?.join()?;
    Ok(())
}
