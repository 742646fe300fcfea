use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use multiprocess::{Pool, Result};

fn charge((guest, till): (String, PathBuf)) -> String {
    let till = File::options().append(true).open(till).expect("it exists");
    writeln!(&till, "{guest} pays 20").expect("it has room");
    format!("receipt for {}", &guest[..3]) // the printer has narrow paper
}

fn main() -> Result<()> {
    multiprocess::init();
    let till = tempfile::NamedTempFile::new().expect("it can be made");
    let task = |guest: &str| (guest.to_owned(), till.path().to_owned());
    let mut open = ["Anna", "Zoë", "Boris"].map(task).to_vec();
    let pool = Pool::new(1)?;
    for _attempt in 1..=3 {
        let mut results = pool.map(charge, open.clone()).into_iter();
        open.retain(|_| results.next().is_some_and(|it| it.is_err()));
    }
    println!("without a receipt: {}", open.len());
    print!("{}", fs::read_to_string(till.path()).expect("it exists"));
    Ok(())
}
