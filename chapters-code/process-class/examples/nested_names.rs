use multiprocess::{Process, current_process, parent_process};

fn grandchild() {
    let parent = parent_process().expect("a child has a parent");
    println!("{}, started by {}", current_process().name(), parent.name());
}

fn child() {
    for _ in 0..2 {
        let mut started =
            Process::new(grandchild, ()).start().expect("a child can start");
        started.join().expect("the grandchild returns");
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    Process::new(child, ()).start()?.join()?;
    Ok(())
}
