use std::sync::atomic::{AtomicU32, Ordering};

use multiprocess::Process;

static COUNTER: AtomicU32 = AtomicU32::new(0);

fn count() -> u32 {
    COUNTER.fetch_add(1, Ordering::Relaxed) + 1
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    COUNTER.store(10, Ordering::Relaxed);
    let in_child = Process::new(count, ()).start()?.join()?;
    println!("the child counted to {in_child}");
    println!(
        "the parent's counter is at {}",
        COUNTER.load(Ordering::Relaxed)
    );
    Ok(())
}
