//! Starts a child in a panic hook, or in a `Drop` while a panic unwinds, as the variation says.

use std::panic::{catch_unwind, set_hook, take_hook};

use multiprocess::{Process, Result};
use multiprocess_programs::{run, said, variation};

fn try_it() {
    println!("in the panic: {}", said(run(&Process::new(|| 42, ()))));
}

struct Starts;

impl Drop for Starts {
    fn drop(&mut self) {
        try_it();
    }
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let caught = match variation().as_str() {
        "hook" => {
            set_hook(Box::new(|_| try_it()));
            catch_unwind(|| panic!("as asked"))
        }
        "drop" => {
            set_hook(Box::new(|_| {}));
            catch_unwind(|| {
                let _starts = Starts;
                panic!("as asked");
            })
        }
        other => panic!("no such place: {other}"),
    };
    drop(take_hook());
    println!("the program goes on: {}", caught.is_err());
    println!("afterwards: {}", said(run(&Process::new(|| 42, ()))));
    Ok(())
}
