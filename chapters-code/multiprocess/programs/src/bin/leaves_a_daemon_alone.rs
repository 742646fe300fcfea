//! Starts a daemon, loses the right to signal it, as the variation says, and exits. The daemon ignores SIGTERM if there is a second
//! argument.
//!
//! - `for good`: the program has been root and is no longer.
//! - `for a while`: it acts as an ordinary user, who may signal what is root's because the program can go back.
//! - `in a sandbox`: the kernel refuses the call that signals.

use multiprocess::Process;
use multiprocess_programs::meeting::{Place, arrive, stay};
use multiprocess_programs::os::{self, rights, sandbox};
use multiprocess_programs::{show, variation};

fn daemon(ignores: bool) {
    // That is the signal by which it is tried whether this process may be signaled.
    os::ignore(libc::SIGINT);
    if ignores {
        os::ignore(libc::SIGTERM);
    }
    arrive("daemon");
    stay();
}

/// Ends some time after its parent has lost the right, by itself.
fn other() {
    arrive("other");
    let parent = multiprocess::parent_process().expect("a child has a parent");
    let moment = Some(std::time::Duration::from_millis(100));
    let ended = multiprocess::wait(&[parent.sentinel()], moment).expect("it can be waited for");
    println!("the other child ends, its parent {}", if ended.is_empty() { "alive" } else { "gone" });
}

fn main() -> multiprocess::Result<()> {
    multiprocess_programs::init();
    let places = [Place::new("daemon"), Place::new("other")];
    let ignores = std::env::args().nth(2).is_some();
    let daemon = Process::new(daemon, (ignores,)).name("daemon").daemon(true).start()?;
    let _other = Process::new(other, ()).name("other").start()?;
    places.into_iter().for_each(Place::wait);
    let lost = match variation().as_str() {
        "for good" => rights::become_ordinary(),
        "for a while" => rights::act_as(rights::NOBODY),
        "in a sandbox" => {
            sandbox::refuse(sandbox::call("pidfd_send_signal"), libc::EPERM);
            true
        }
        other => panic!("no way {other:?} to lose a right"),
    };
    assert!(lost, "the test runs this as root only");
    show(daemon.interrupt());
    println!("alive: {:?}", daemon.is_alive().ok());
    Ok(())
}
