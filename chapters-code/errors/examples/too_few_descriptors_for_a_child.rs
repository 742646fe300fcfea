use multiprocess::{Process, Result};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Sets how many descriptors this process may have open.
fn limit(soft: u64) {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("there is one");
    setrlimit(Resource::RLIMIT_NOFILE, soft, hard)
        .expect("below the hard one");
}

fn main() -> Result<()> {
    limit(6);
    multiprocess::init();
    limit(100);
    Process::new(|| (), ()).daemon(true).start()?.join()?;
    Ok(())
}
