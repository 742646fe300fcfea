use multiprocess::{Pool, Result};

fn shrink(photo: String) -> String {
    if photo == "torn" {
        std::process::abort(); // stands for a crash in a C library
    }
    format!("{photo} is small now")
}

fn main() -> Result<()> {
    multiprocess::init();
    let photos = ["beach", "dog", "torn", "sunset"].map(String::from);
    let pool = Pool::new(1)?;
    for result in pool.map(shrink, photos) {
        match result {
            Ok(small) => println!("{small}"),
            Err(error) => println!("lost: it {}", error.kind),
        }
    }
    Ok(())
}
