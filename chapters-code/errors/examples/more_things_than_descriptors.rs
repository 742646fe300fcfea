use multiprocess::{Process, Result, wait};
use nix::sys::resource::{Resource, setrlimit};

fn main() -> Result<()> {
    multiprocess::init();
    let child = Process::new(|| (), ()).start()?;
    setrlimit(Resource::RLIMIT_NOFILE, 50, 50).expect("lowering is allowed");
    let things = vec![child.sentinel(); 51];

    match wait(&things, None) {
        Err(refused) => println!("{refused:?}"),
        Ok(_) => println!("51 at once"),
    }
    println!("{} ready", wait(&things[..50], None)?.len());
    Ok(())
}
