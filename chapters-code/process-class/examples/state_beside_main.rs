use std::sync::OnceLock;

use multiprocess::Process;

static GREETING: OnceLock<String> = OnceLock::new();

fn greet() {
    println!("{}", GREETING.get().expect("main has set the greeting"));
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    GREETING.set("Hello Process World".to_owned()).expect("it is set once");
    Process::new(greet, ()).start()?.join()?;
    Ok(())
}
