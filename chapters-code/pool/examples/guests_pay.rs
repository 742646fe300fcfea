use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use multiprocess::{Pool, Result};

fn charge((guest, till): (String, PathBuf)) {
    let till = File::options().append(true).open(till).expect("a till");
    writeln!(&till, "{guest} pays 20").expect("the till has room");
    assert!(guest.is_ascii(), "the printer has no letter for {guest}");
}

fn main() -> Result<()> {
    multiprocess::init();
    let till = tempfile::NamedTempFile::new().expect("a new file");
    let pool = Pool::new(1)?;
    let mut open = ["Anna", "Zoë", "Boris"].map(String::from).to_vec();
    for _attempt in 1..=3 {
        let till = till.path();
        let tasks = open.iter().map(|guest| (guest.clone(), till.into()));
        let results = pool.map(charge, tasks).into_iter();
        let errors = results.filter_map(Result::err);
        open = errors.map(|error| open[error.task].clone()).collect();
    }
    println!("without a receipt: {}", open.join(", "));
    print!("{}", fs::read_to_string(till.path()).expect("the till's text"));
    Ok(())
}
