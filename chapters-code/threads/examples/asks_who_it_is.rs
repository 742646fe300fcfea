use std::thread;

fn introduce() {
    let this = thread::current();
    println!("{:?}, {:?}", this.id(), this.name());
}

fn main() -> std::io::Result<()> {
    introduce();
    for name in ["downloader", "painter"] {
        let builder = thread::Builder::new().name(name.to_owned());
        builder.spawn(introduce)?.join().unwrap();
    }
    thread::spawn(introduce).join().unwrap();
    Ok(())
}
