use multiprocess::{Pool, Result};

fn prepare(path: String) {
    if std::fs::read(path).is_err() {
        std::process::exit(3);
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let missing = "no such file".to_owned();
    let pool = Pool::builder()
        .workers(1)
        .initializer(prepare, (missing,))
        .start()?;
    println!("{:?}", pool.apply(|n: u32| n * n, (3,)));
    Ok(())
}
