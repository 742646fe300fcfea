use multiprocess::{Context, Process, Result, StartMethod};

/// What a library might do.
fn answer_of_a_library() -> Result<u32> {
    let chosen = multiprocess::set_start_method(StartMethod::forkserver());
    if let Err(refused) = chosen {
        println!("{refused}");
    }
    // Its own choice, for its own processes.
    let context = Context::new(StartMethod::forkserver());
    Ok(context.process(|| 42, ()).start()?.join()?)
}

fn main() -> Result<()> {
    multiprocess::init();
    multiprocess::set_start_method(StartMethod::spawn())?;
    Process::new(|| (), ()).start()?.join()?;
    println!("{}", answer_of_a_library()?);
    Ok(())
}
