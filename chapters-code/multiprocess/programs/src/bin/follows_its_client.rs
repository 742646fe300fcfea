//! What a child of a forkserver sees of its client, the forkserver's client being changed between the starts.

use std::fs::{self, File};
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

use multiprocess::{Context, Process, Result, StartMethod, current_process, parent_process};
use multiprocess_programs::{os, proc, run, show};

/// Working directory, mask of SIGUSR1, and process group.
fn place() -> (PathBuf, bool, u32) {
    (std::env::current_dir().expect("it is there"), proc::holds_signal("SigBlk", libc::SIGUSR1), os::group())
}

fn says(text: String) {
    println!("{text}");
    eprintln!("{text}, on standard error");
}

/// The parent's name, whether it is the client, whether it is alive, and whether the kernel's parent is another process.
type Told = (String, bool, bool, bool);

fn parent(client: u32) -> Told {
    let parent = parent_process().expect("it has one");
    (parent.name().to_owned(), parent.pid() == client, parent.is_alive(), os::kernels_parent() != client)
}

fn nested(key: [u8; 32]) -> Result<(Told, bool, bool)> {
    let own = proc::forkserver();
    let forkserver = Context::new(StartMethod::forkserver());
    let told = forkserver.process(parent, (std::process::id(),)).start()?.join()?;
    let same = |key: [u8; 32]| current_process().authkey().is_ok_and(|own| own.as_bytes() == &key);
    let key = forkserver.process(same, (key,)).start()?.join()?;
    Ok((told, key, own.is_none() && proc::forkserver().is_some()))
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    os::lead_group();
    let folder = PathBuf::from(std::env::var_os("FOLDER").expect("FOLDER is set"))
        .canonicalize()
        .expect("it is there");
    let own = std::process::id();
    for round in 0..20 {
        let here = folder.join(format!("folder-{}", round % 3));
        fs::create_dir_all(&here).expect("it is ours");
        std::env::set_current_dir(&here).expect("it is there");
        if round == 7 {
            os::block(libc::SIGUSR1);
        }
        assert_eq!(Process::new(place, ()).start()?.join()?, (here, round >= 7, own), "round {round}");
    }
    let others: [OwnedFd; 2] = [std::io::stdout().as_fd(), std::io::stderr().as_fd()]
        .map(|output| os::out_of_the_way(output.try_clone_to_owned().expect("there is a number left")));
    for round in 0..10 {
        let file = folder.join(format!("output-{round}"));
        let output = os::out_of_the_way(File::create(&file).expect("it is ours"));
        os::hand_down(output.as_fd(), 1);
        os::hand_down(output.as_fd(), 2);
        let text = format!("round {round}");
        let joined = run(&Process::new(says, (text.clone(),)));
        os::hand_down(others[0].as_fd(), 1);
        os::hand_down(others[1].as_fd(), 2);
        joined?;
        let written = fs::read_to_string(&file).expect("it is there");
        assert_eq!(written, format!("{text}\n{text}, on standard error\n"));
    }
    show(Process::new(parent, (own,)).start()?.join());
    let key = *current_process().authkey()?.as_bytes();
    let nested = |key| nested(key).map_err(|error| error.to_string());
    show(Process::new(nested, (key,)).name("middle").start()?.join());
    Ok(())
}
