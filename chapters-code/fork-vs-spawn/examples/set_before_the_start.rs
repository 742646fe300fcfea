use std::sync::OnceLock;

use multiprocess::{Process, StartMethod};

static CITY: OnceLock<String> = OnceLock::new();

fn city() -> Option<String> {
    CITY.get().cloned()
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    CITY.set("Lima".to_owned()).expect("CITY is set once");
    // SAFETY: this program has one thread and nothing that must not exist twice.
    let fork = unsafe { StartMethod::fork() };
    for method in [StartMethod::spawn(), fork] {
        let process = Process::new(city, ()).start_method(method);
        println!("{method}: {:?}", process.start()?.join()?);
    }
    Ok(())
}
