use multiprocess::{StartMethod, set_start_method};

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    set_start_method(StartMethod::spawn())?;
    println!("chosen once");
    set_start_method(StartMethod::forkserver())?;
    Ok(())
}
