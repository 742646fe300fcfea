//! A client of a forkserver that ends while a copy that somebody else's code has forked holds the same sockets, or that
//! becomes another program; with `CLIENT` in its environment this program is the client.

use std::io::{BufRead, BufReader, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use multiprocess::{Process, Result, wait};
use multiprocess_programs::meeting::{Gate, pass};
use multiprocess_programs::{os, proc, variation};

fn client() -> Result<()> {
    Process::new(|| (), ()).start()?.join()?;
    let ends = variation();
    let told = match ends.as_str() {
        "executes" => proc::forkserver().expect("it runs"),
        _ => os::raw_fork(&os::Copy::Stays),
    };
    println!("{told}");
    std::io::stdout().flush().expect("it is read");
    if ends == "executes" {
        // Its parent must have seen the server before that ends.
        pass("gate");
    }
    match ends.as_str() {
        "ends" => Ok(()),
        "ends by SIGKILL" => {
            os::kill_self(libc::SIGKILL);
            Ok(())
        }
        "executes" => panic!("{}", Command::new("sleep").arg("1000").exec()),
        other => panic!("no such end: {other}"),
    }
}

/// Collects what ends until these are all that is left.
fn collect_all_but(left: &[u32]) {
    while proc::kernels_children().iter().any(|child| !left.contains(child)) {
        assert!(os::collect_any_child(), "there are {:?}", proc::kernels_children());
    }
}

#[expect(clippy::zombie_processes, reason = "it is collected with all that it leaves")]
fn main() -> Result<()> {
    multiprocess_programs::init();
    if std::env::var_os("CLIENT").is_some() {
        return client();
    }
    os::adopt_orphans();
    let gate = Gate::new("gate");
    let own = std::env::current_exe().expect("/proc is mounted");
    let mut client = Command::new(own)
        .args([variation()])
        .env("CLIENT", "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it can be run");
    let mut line = String::new();
    BufReader::new(client.stdout.take().expect("it is a pipe")).read_line(&mut line).expect("text");
    let told: u32 = line.trim().parse().expect("a pid");
    if variation() == "executes" {
        let server = os::pidfd(told);
        gate.open();
        println!("the server ends: {:?}", wait(&[server.as_fd()], Some(Duration::from_secs(10)))?);
        println!("the client goes on: {}", proc::state(client.id()).is_some_and(|state| state != 'Z'));
        os::kill(client.id(), libc::SIGKILL);
    } else {
        collect_all_but(&[told]);
        println!("the copy is left: {}", proc::state(told).is_some());
        os::kill(told, libc::SIGKILL);
    }
    collect_all_but(&[]);
    Ok(())
}
