//! Preload hooks of every kind.

use std::fs::File;
use std::os::fd::IntoRawFd;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

use multiprocess::{Process, Result, set_forkserver_preload, start_forkserver};
use multiprocess_programs::notes::{self, note};
use multiprocess_programs::{proc, show, variation};

static MADE: AtomicU32 = AtomicU32::new(0);
static OPENED: AtomicI32 = AtomicI32::new(-1);

fn made() {
    note(&format!("hook {}", std::process::id()));
    MADE.store(42, Ordering::Relaxed);
}

fn opens() {
    let file = File::open("/proc/version").expect("/proc is mounted");
    OPENED.store(file.into_raw_fd(), Ordering::Relaxed);
}

fn leaves_a_thread() {
    std::thread::spawn(|| {
        loop {
            std::thread::park();
        }
    });
}

fn starts() {
    let refused = Process::new(|| (), ()).start().map(drop).expect_err("a hook starts nothing");
    note(&refused.to_string());
}

fn opened_in_child() -> bool {
    let number = OPENED.load(Ordering::Relaxed);
    std::fs::read_link(format!("/proc/self/fd/{number}")).is_ok_and(|path| path.ends_with("version"))
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let value = || MADE.load(Ordering::Relaxed);
    match variation().as_str() {
        "makes" => {
            set_forkserver_preload(|| panic!("this hook was replaced by the next one"))?;
            set_forkserver_preload(made)?;
            for _ in 0..3 {
                show(Process::new(value, ()).start()?.join());
            }
            show(set_forkserver_preload(made));
            let server = proc::forkserver().expect("it runs");
            println!("{}", notes::sorted() == [format!("hook {server}")]);
            println!("here: {}", value());
        }
        "panics" => {
            set_forkserver_preload(|| panic!("out of luck"))?;
            show(Process::new(value, ()).start()?.join());
        }
        "panics at length" => {
            set_forkserver_preload(|| panic!("{}", "é".repeat(100_000)))?;
            let error = start_forkserver().expect_err("the hook panicked").to_string();
            println!("{}", error.contains("ééé") && error.len() < 4096);
        }
        "leaves a thread" => {
            set_forkserver_preload(leaves_a_thread)?;
            show(start_forkserver());
            show(Process::new(value, ()).start().map(drop));
        }
        "exits" => {
            set_forkserver_preload(|| std::process::exit(3))?;
            show(start_forkserver());
            show(Process::new(value, ()).start().map(drop));
        }
        "starts" => {
            set_forkserver_preload(starts)?;
            show(Process::new(|| 42, ()).start()?.join());
            notes::sorted().iter().for_each(|line| println!("{line}"));
        }
        "opens a file" => {
            set_forkserver_preload(opens)?;
            show(Process::new(opened_in_child, ()).start()?.join());
            show(Process::new(opened_in_child, ()).start()?.join());
        }
        "is late" => {
            show(start_forkserver());
            let server = proc::forkserver();
            show(start_forkserver());
            println!("the same: {}", server.is_some() && proc::forkserver() == server);
            show(set_forkserver_preload(made));
            show(Process::new(value, ()).start()?.join());
        }
        other => panic!("no such hook: {other}"),
    }
    Ok(())
}
