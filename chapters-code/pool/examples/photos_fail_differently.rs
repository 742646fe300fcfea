use std::process::{abort, exit};

use multiprocess::Pool;

fn shrink(photo: String) -> Result<u32, String> {
    let kilobytes: u32 = match photo.as_str() {
        "notes" => return Err("it is a text".to_owned()),
        "empty" => 0,
        "locked" => exit(3), // a library gives up
        "torn" => abort(),   // a library crashes
        _ => 40,
    };
    Ok(4000 / kilobytes)
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let photos = ["beach", "notes", "empty", "locked", "torn", "dog"];
    let pool = Pool::new(1)?;
    let results = pool.map(shrink, photos.map(String::from));
    for (photo, result) in photos.iter().zip(results) {
        match result {
            Ok(Ok(times)) => println!("{photo}: {times} times smaller"),
            Ok(Err(reason)) => println!("{photo}: skipped, {reason}"),
            Err(error) => println!("{photo}: failed, it {}", error.kind),
        }
    }
    Ok(())
}
