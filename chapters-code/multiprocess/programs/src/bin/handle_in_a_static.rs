//! A forked child finds its parent's handle of another child in a static, and does with it what the variation says.

use std::sync::Mutex;

use multiprocess::{Child, Process, Result};
use multiprocess_programs::meeting::{Gate, Place, arrive, pass};
use multiprocess_programs::{run, said, variation};

static HANDLE: Mutex<Option<Child<u32>>> = Mutex::new(None);

fn run_on() -> u32 {
    arrive("it runs");
    pass("gate");
    42
}

fn meddle(how: String) -> String {
    let mut handle =
        HANDLE.lock().expect("no thread panics").take().expect("the child has a copy of the handle");
    match how.as_str() {
        "kills" => said(handle.kill()),
        "joins" => said(handle.try_join()),
        "drops" => {
            drop(handle);
            String::new()
        }
        other => panic!("no such thing to do: {other}"),
    }
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let (gate, place) = (Gate::new("gate"), Place::new("it runs"));
    *HANDLE.lock().expect("no thread panics") = Some(Process::new(run_on, ()).start()?);
    place.wait();
    println!("the child: {}", said(run(&Process::new(meddle, (variation(),)))));
    gate.open();
    let mut handle = HANDLE.lock().expect("no thread panics").take().expect("the handle has not been taken");
    println!("the parent: {}", said(handle.join()));
    Ok(())
}
