use std::sync::Barrier;
use std::{fs, io, thread};

fn main() -> io::Result<()> {
    let barrier = Barrier::new(3);
    thread::scope(|scope| {
        for name in ["thumbnail-maker-1", "thumbnail-maker-2"] {
            let builder = thread::Builder::new().name(name.to_owned());
            builder.spawn_scoped(scope, || {
                println!("a thread: {:?}", thread::current().name());
                barrier.wait(); // both have their names
                barrier.wait(); // main has read them
            })?;
        }
        barrier.wait();
        for task in fs::read_dir("/proc/self/task")? {
            let task = task?;
            let name = fs::read_to_string(task.path().join("comm"))?;
            println!("tid {}: {:?}", task.file_name().display(), name.trim());
        }
        barrier.wait();
        Ok(())
    })
}
