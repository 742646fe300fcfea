use multiprocess::shared::SharedMemory;
use multiprocess::{Result, pipe, queue};
use nix::sys::resource::{Resource, setrlimit};

fn main() -> Result<()> {
    multiprocess::init();
    let limit = |limit| setrlimit(Resource::RLIMIT_NOFILE, limit, 1000);
    limit(4).expect("lowering is allowed");
    if let Err(error) = pipe::<u32>() {
        println!("{error:?}");
    }
    if let Err(error) = SharedMemory::create("results", 1 << 20) {
        println!("{error:?}");
    }

    limit(1000).expect("raising up to the hard limit is allowed");
    if let Err(error) = queue::<u32>(0) {
        println!("{error:?}");
    }
    Ok(())
}
