use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicU32, Ordering};

use multiprocess::{Process, StartMethod, start_forkserver};
use nix::sys::signal::{SigSet, Signal};

static GLOBAL: AtomicU32 = AtomicU32::new(0);

fn inherited(descriptor: i32) -> String {
    let file = fs::read_link(format!("/proc/self/fd/{descriptor}"));
    let is_open = file.is_ok_and(|path| path.ends_with("version"));
    let global = GLOBAL.load(Ordering::Relaxed);
    let folder = env::current_dir().expect("the current folder exists");
    let late = env::var_os("LATE").is_some();
    let mask = SigSet::thread_get_mask().expect("the mask can be read");
    let blocked = mask.contains(Signal::SIGUSR1);
    format!("{global:6} | {is_open:5} | {folder:?} | {late:5} | {blocked}")
}

fn main() -> Result<(), Box<dyn Error>> {
    multiprocess::init();
    start_forkserver()?;
    GLOBAL.store(42, Ordering::Relaxed);
    let file = File::open("/proc/version")?;
    env::set_current_dir("/proc")?;
    // SAFETY: there is no other thread that could read the environment.
    unsafe { env::set_var("LATE", "yes") };
    SigSet::from(Signal::SIGUSR1).thread_block()?;
    // SAFETY: this program has one thread and nothing that must not exist twice.
    let fork = unsafe { StartMethod::fork() };
    println!("           | global | file  | folder  | LATE  | blocked");
    for method in [StartMethod::spawn(), StartMethod::forkserver(), fork] {
        let process = Process::new(inherited, (file.as_raw_fd(),));
        let seen = process.start_method(method).start()?.join()?;
        println!("{:10} | {seen}", method.name());
    }
    Ok(())
}
