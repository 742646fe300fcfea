use multiprocess::{
    Process, StartMethod, set_forkserver_preload, set_start_method,
};

fn draw() -> u64 {
    rand::random()
}

fn warm_up() {
    let first = draw();
    assert_ne!(first, draw());
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    set_start_method(StartMethod::forkserver())?;
    set_forkserver_preload(warm_up)?;
    let one = Process::new(draw, ()).start()?.join()?;
    let other = Process::new(draw, ()).start()?.join()?;
    println!("the same number twice: {}", one == other);
    Ok(())
}
