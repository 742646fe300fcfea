use multiprocess::{Process, StartMethod, current_process};

fn method(name: &str) -> Result<StartMethod, String> {
    // SAFETY: nothing in this program starts a thread, or makes what must
    // not exist twice.
    let (found, all) =
        unsafe { (StartMethod::from_name(name), StartMethod::all()) };
    found.ok_or_else(|| format!("no method {name:?} in {all:?}"))
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let own =
        || current_process().start_method().map(|method| method.to_string());
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
