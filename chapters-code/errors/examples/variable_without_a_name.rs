use multiprocess::{Process, Result, StartMethod};

fn language() -> Option<String> {
    std::env::var("LANG").ok()
}

fn main() -> Result<()> {
    multiprocess::init();
    multiprocess::set_start_method(StartMethod::forkserver())?;
    let process = Process::new(language, ()).env("", "C");
    if let Err(refused) = process.start()?.join() {
        println!("{refused}");
    }
    let process = Process::new(language, ()).env("LANG", "C");
    println!("{:?}", process.start()?.join()?);
    Ok(())
}
