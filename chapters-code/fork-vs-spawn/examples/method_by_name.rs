use multiprocess::{Process, StartMethod, current_process};

fn method(name: &str) -> Result<StartMethod, String> {
    match name {
        "spawn" => Ok(StartMethod::spawn()),
        "forkserver" => Ok(StartMethod::forkserver()),
        // SAFETY: nothing in this program starts a thread, or makes what must
        // not exist twice.
        "fork" => Ok(unsafe { StartMethod::fork() }),
        other => {
            Err(format!("no method {other:?} in {:?}", StartMethod::all()))
        }
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let own = || current_process().start_method().map(str::to_owned);
    for name in ["forkserver", "fork", "spawn", "thread"] {
        match method(name) {
            Ok(method) => {
                let process = Process::new(own, ()).start_method(method);
                let told = process.start()?.join()?;
                println!(
                    "{name}: the child says {}",
                    told.unwrap_or_default()
                );
            }
            Err(reason) => println!("{reason}"),
        }
    }
    Ok(())
}
