use multiprocess::{Process, Result, set_executable};

fn main() -> Result<()> {
    multiprocess::init();
    set_executable(Some("/no/such/program".into()))?;
    if let Err(refused) = Process::new(|| 42, ()).start() {
        println!("{refused:?}");
    }
    set_executable(None)?;
    println!("{}", Process::new(|| 42, ()).start()?.join()?);
    Ok(())
}
