//! Starts a child and a daemon in an empty root folder, where there is neither `/proc` nor `/dev`. The first argument says who does:
//! `root`; `nobody`, who was root before; or `root of its own`, an ordinary user who is root in a user namespace. With a second
//! argument a child has been started before.

use std::path::PathBuf;

use multiprocess::Process;
use multiprocess_programs::os::rights;
use multiprocess_programs::{show, variation};

fn target(what: String) -> u32 {
    println!("{what} runs");
    42
}

fn enter() -> bool {
    let folder = PathBuf::from(std::env::var_os("FOLDER").expect("FOLDER names a folder"));
    match variation().as_str() {
        "root" => rights::enter_root(&folder),
        "nobody" => rights::enter_root(&folder) && rights::become_ordinary(),
        "root of its own" => {
            (!rights::is_root() || rights::become_ordinary())
                && rights::unshare(libc::CLONE_NEWUSER)
                && rights::enter_root(&folder)
        }
        other => panic!("no {other:?}"),
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess_programs::init();
    if std::env::args().nth(2).is_some() {
        Process::new(|| (), ()).start()?.join()?;
    }
    if !enter() {
        println!("not possible");
        return Ok(());
    }
    for (what, daemon) in [("child", false), ("daemon", true)] {
        let process = Process::new(target, (what.to_owned(),)).name(what).daemon(daemon);
        show(multiprocess_programs::run(&process));
    }
    Ok(())
}
