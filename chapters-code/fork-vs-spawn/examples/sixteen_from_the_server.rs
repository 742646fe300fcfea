use std::thread;

use multiprocess::{Process, StartMethod, set_start_method};

fn shrink(image: u32) -> String {
    format!("image {image}, smaller") // stands in for real work
}

fn main() -> multiprocess::Result<()> {
    println!("the program begins");
    multiprocess::init();
    set_start_method(StartMethod::forkserver())?;
    // It stands in for the threads of the web server.
    thread::spawn(thread::park);
    let mut children = Vec::new();
    for image in 1..=16 {
        children.push(Process::new(shrink, (image,)).start()?);
    }
    let mut images = Vec::new();
    for child in &mut children {
        images.push(child.join()?);
    }
    println!("{} images are ready", images.len());
    Ok(())
}
