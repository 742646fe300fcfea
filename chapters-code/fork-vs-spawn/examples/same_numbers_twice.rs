use multiprocess::{Context, Process, StartMethod};

fn draw() -> u64 {
    rand::random()
}

fn reseed_and_draw() -> u64 {
    rand::rng().reseed().expect("the kernel gives random bytes");
    rand::random()
}

fn same(
    one: Process<u64>,
    other: Process<u64>,
) -> multiprocess::Result<bool> {
    Ok(one.start()?.join()? == other.start()?.join()?)
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    // SAFETY: there is one thread. Copying the generator is the lesson.
    let fork = Context::new(unsafe { StartMethod::fork() });
    let spawn = Context::new(StartMethod::spawn());
    let _: u64 = rand::random(); // makes this thread's generator
    let forked = same(fork.process(draw, ()), fork.process(draw, ()))?;
    println!("forked, the same number twice: {forked}");
    let spawned = same(spawn.process(draw, ()), spawn.process(draw, ()))?;
    println!("spawned, the same number twice: {spawned}");
    let [one, other] = [(); 2].map(|()| fork.process(reseed_and_draw, ()));
    println!("reseeded, the same number twice: {}", same(one, other)?);
    Ok(())
}
