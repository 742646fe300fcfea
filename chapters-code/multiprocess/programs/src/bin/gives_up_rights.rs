//! Starts a child, gives up the right that the variation names, and starts another child, which must not have that right any more.
//! Prints each right of that child which is neither that of this process nor that of a child which is spawned at the same time:
//! `execve` changes some rights by itself (capabilities(7)), and a spawned child shows which.

use std::path::PathBuf;

use multiprocess::{Child, Process, Result, StartMethod};
use multiprocess_programs::meeting::stay;
use multiprocess_programs::os::{bind_to_one_cpu, rights, sandbox};
use multiprocess_programs::{start_method, variation};

type Rights = Vec<(String, String)>;

fn start(method: StartMethod) -> Result<Child<Rights>> {
    let all = || rights::all().into_iter().collect();
    Ok(Process::new(all, ()).start_method(method).start()?)
}

/// Gives up the right that the variation names; `false` if this process may not, or has nothing to give up.
fn give_up() -> bool {
    match variation().as_str() {
        "all of root's rights" => rights::become_ordinary(),
        "root's rights for a while" => rights::is_root() && rights::act_as(rights::NOBODY),
        "the group" => rights::give_up_group(),
        "the groups" => rights::give_up_groups(&[rights::NOBODY]),
        "a capability" => rights::give_up_capability(true),
        "a capability until execve" => rights::give_up_capability(false),
        "root's privilege" => rights::make_root_ordinary(),
        "the root folder" => {
            rights::enter_root(&PathBuf::from(std::env::var_os("FOLDER").expect("FOLDER names a folder")))
        }
        "new rights" => {
            rights::gain_none();
            true
        }
        "a system call" | "a system call, in a sandbox already" => {
            sandbox::refuse(sandbox::UNAME, libc::EPERM);
            true
        }
        "a CPU" => {
            bind_to_one_cpu();
            multiprocess::cpu_count() > 1
        }
        "the host name" => rights::unshare(libc::CLONE_NEWUTS),
        "the network" => rights::unshare(libc::CLONE_NEWNET),
        "the mounts" => rights::unshare(libc::CLONE_NEWNS),
        "System V IPC" => rights::unshare(libc::CLONE_NEWIPC),
        "the control groups" => rights::unshare(libc::CLONE_NEWCGROUP),
        "the users" => rights::unshare(libc::CLONE_NEWUSER),
        "the clocks" => rights::unshare(rights::CLONE_NEWTIME),
        // Its first process must live as long as others are to be started in such a namespace (pid_namespaces(7)).
        "the process numbers" => {
            rights::unshare(libc::CLONE_NEWPID) && Process::new(stay, ()).daemon(true).start().is_ok()
        }
        other => panic!("no right {other:?}"),
    }
}

/// Prints what a child that is started now may do and should not.
fn compare() {
    let mut child = match start(start_method()) {
        Ok(child) => child,
        Err(error) => return println!("refused: {error:?}"),
    };
    let child = match child.join() {
        Ok(rights) => rights,
        Err(error) => return println!("started in vain: {error:?}"),
    };
    let spawned = start(StartMethod::spawn()).and_then(|mut child| Ok(child.join()?)).unwrap_or_default();
    let of = |rights: &[(String, String)], right: &str| {
        rights.iter().find(|(name, _)| name == right).map(|(_, value)| value.clone())
    };
    // Without /proc this process sees fewer of its own.
    for (right, own) in rights::all() {
        let value = of(&child, &right).unwrap_or_default();
        if value != own && Some(&value) != of(&spawned, &right).as_ref() {
            println!("{right}: the child has {value}, the program {own}");
        }
    }
    println!("compared");
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    if variation().ends_with("in a sandbox already") {
        sandbox::refuse(sandbox::call("getsockopt"), libc::EPERM);
    }
    start(start_method())?.join()?;
    if !give_up() {
        println!("not possible");
        return Ok(());
    }
    compare();
    if variation() == "root's rights for a while" {
        assert!(rights::act_as(0), "a process may act as its real user");
        compare();
    }
    Ok(())
}
