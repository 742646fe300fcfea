use multiprocess::{Process, Result, StartMethod};

fn hook() {
    if let Err(refused) = Process::new(|| (), ()).start() {
        println!("hook: {refused}");
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    multiprocess::set_start_method(StartMethod::forkserver())?;
    multiprocess::set_forkserver_preload(hook)?;
    let answer = Process::new(|| 42, ()).start()?.join()?;
    println!("the program itself may: {answer}");
    Ok(())
}
