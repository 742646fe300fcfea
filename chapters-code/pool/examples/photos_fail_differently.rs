use std::process::{abort, exit};

use multiprocess::{JoinErrorKind::Panicked, Pool, TaskErrorKind::Ended};

fn shrink(photo: String) -> Result<String, String> {
    match photo.as_str() {
        "notes" => Err("it is a text".to_owned()),
        "empty" => panic!("bug: there are no pixels"),
        "locked" => exit(3), // a library gives up
        "torn" => abort(),   // a library crashes
        _ => Ok(format!("{photo} is small now")),
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let photos = ["beach", "notes", "empty", "locked", "torn", "dog"];
    let pool = Pool::new(1)?;
    let results = pool.map(shrink, photos.map(String::from));
    for (photo, result) in photos.iter().zip(results) {
        match result.map_err(|error| *error.kind) {
            Ok(Ok(small)) => println!("{small}"),
            Ok(Err(reason)) => println!("{photo}: skipped, {reason}"),
            Err(Ended(Panicked(bug))) => println!("{photo}: {}", bug.message),
            Err(other) => println!("{photo}: it {other}"),
        }
    }
    Ok(())
}
