//! A copy, made by other people's code, does with the handles that it has inherited what the variation says, and exits;
//! the original then uses them.

use std::os::fd::AsFd;
use std::time::Duration;

use multiprocess::{Process, Result, active_children, wait};
use multiprocess_programs::meeting::{Gate, Place, arrive, pass};
use multiprocess_programs::{os, run, said, variation};

fn run_on() -> u32 {
    arrive("it runs");
    pass("gate");
    42
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let (gate, place) = (Gate::new("gate"), Place::new("it runs"));
    let mut runs = Process::new(run_on, ()).start()?;
    place.wait();
    let mut ended = Process::new(|| 7, ()).start()?;
    wait(&[ended.as_fd()], Some(Duration::from_secs(10)))?;
    match os::fork() {
        None => {
            println!("copy, active: {}", active_children().len());
            match variation().as_str() {
                "drops" => drop((runs, ended)),
                "closes" => println!("copy: {}", said(ended.close().map_err(|(_, error)| error))),
                "kills" => println!("copy: {} {}", said(runs.kill()), said(ended.kill())),
                "terminates" => println!("copy: {}", said(runs.terminate())),
                "asks" => println!(
                    "copy: {} {} {} {}",
                    said(runs.is_alive()),
                    said(ended.is_alive()),
                    said(runs.exit_status()),
                    said(ended.exit_status())
                ),
                "joins" => println!("copy: {} {}", said(runs.try_join()), said(ended.join())),
                "joins in a while" => {
                    let patience = Duration::from_millis(100);
                    println!("copy: {}", said(runs.join_timeout(patience)));
                }
                other => panic!("no such thing to do: {other}"),
            }
            println!("copy's own: {}", said(run(&Process::new(|| 1, ()))));
            std::process::exit(0);
        }
        Some(copy) => println!("the copy: {}", os::end_of(copy)),
    }
    println!("original, active: {}", active_children().len());
    gate.open();
    println!("original: {}", said(runs.join()));
    println!("original: {}", said(ended.join()));
    println!("original: {}", said(run(&Process::new(|| 1, ()))));
    Ok(())
}
