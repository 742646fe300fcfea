use std::thread::Builder;

const KIB: usize = 1 << 10;
const PIB: usize = 1 << 50;

fn main() {
    for (size, bytes) in [("64 KiB", 64 * KIB), ("1 PiB", PIB)] {
        let builder = Builder::new().stack_size(bytes);
        match builder.spawn(|| 6 * 7) {
            Ok(thread) => println!("{size}: {}", thread.join().unwrap()),
            Err(error) => println!("{size}: {error}"),
        }
    }
}
