use multiprocess::sync::Mutex;
use multiprocess::{Process, Result};

static OWN: std::sync::Mutex<u64> = std::sync::Mutex::new(0);

fn count(shared: Mutex<u64>) {
    for _ in 0..1000 {
        *OWN.lock().expect("no holder has panicked") += 1;
        *shared.lock().expect("no holder was killed") += 1;
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let shared = Mutex::new(0)?;
    let mut first = Process::new(count, (shared.clone(),)).start()?;
    let mut second = Process::new(count, (shared.clone(),)).start()?;
    first.join()?;
    second.join()?;
    println!("std's mutex: {}", OWN.lock().expect("none panicked"));
    println!("the shared mutex: {}", shared.lock()?);
    Ok(())
}
