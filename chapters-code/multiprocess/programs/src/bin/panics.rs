//! A child that panics in the way that the variation names; the parent takes the error apart.

use std::panic::{catch_unwind, panic_any, resume_unwind};

use multiprocess::{JoinError, JoinErrorKind, Process, Result};
use multiprocess_programs::{show, variation};

fn fail(how: String) {
    match how.as_str() {
        "str" => panic!("a plain message"),
        "string" => panic!("a message with {}", 42),
        "value" => panic_any(42),
        "resumed" => {
            let _ = catch_unwind(|| panic!("an earlier panic"));
            resume_unwind(Box::new("resumed"))
        }
        "result" => drop(how.parse::<u32>().expect("it works")),
        other => panic!("no panic {other:?}"),
    }
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    match Process::new(fail, (variation(),)).start()?.join() {
        Err(JoinError { process, kind: JoinErrorKind::Panicked(panic), .. }) => {
            let place = panic.location.map_or("nowhere".to_owned(), |place| place.to_string());
            println!("{process}: {:?} at {place}", panic.message);
            println!("with a backtrace: {}", panic.backtrace.is_some());
        }
        other => show(other),
    }
    Ok(())
}
