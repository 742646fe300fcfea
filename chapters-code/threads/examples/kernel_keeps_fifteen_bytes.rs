use std::sync::Barrier;
use std::{fs, io, thread};

static ALL_THREE: Barrier = Barrier::new(3);

fn make_thumbnails() {
    println!("a thread: {:?}", thread::current().name());
    ALL_THREE.wait(); // both threads have their names
    ALL_THREE.wait(); // main has read them
}

fn main() -> io::Result<()> {
    let mut makers = Vec::new();
    for name in ["thumbnail-maker-1", "thumbnail-maker-2"] {
        let builder = thread::Builder::new().name(name.to_owned());
        makers.push(builder.spawn(make_thumbnails)?);
    }
    ALL_THREE.wait();
    for task in fs::read_dir("/proc/self/task")? {
        let task = task?;
        let name = fs::read_to_string(task.path().join("comm"))?;
        println!("tid {}: {:?}", task.file_name().display(), name.trim());
    }
    ALL_THREE.wait();
    makers.into_iter().for_each(|maker| maker.join().unwrap());
    Ok(())
}
