use multiprocess::{Context, StartMethod};

fn draw() -> u64 {
    rand::random()
}

fn reseed_and_draw() -> u64 {
    rand::rng().reseed().expect("the kernel gives random bytes");
    rand::random()
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    // SAFETY: there is one thread. Copying the generator is the lesson.
    let fork = Context::new(unsafe { StartMethod::fork() });
    let _: u64 = rand::random(); // makes this thread's generator

    let one = fork.process(draw, ()).start()?.join()?;
    let other = fork.process(draw, ()).start()?.join()?;
    println!("the same number twice: {}", one == other);

    let one = fork.process(reseed_and_draw, ()).start()?.join()?;
    let other = fork.process(reseed_and_draw, ()).start()?.join()?;
    println!("reseeded, the same number twice: {}", one == other);
    Ok(())
}
