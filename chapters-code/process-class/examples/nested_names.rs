use multiprocess::{Process, current_process, parent_process};

fn grandchild() {
    let parent = parent_process().expect("somebody started this process");
    println!("{}, started by {}", current_process().name(), parent.name());
}

fn child() {
    for _ in 0..2 {
        let mut started =
            Process::new(grandchild, ()).start().expect("it starts");
        started.join().expect("it ends well");
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    Process::new(child, ()).start()?.join()?;
    Ok(())
}
