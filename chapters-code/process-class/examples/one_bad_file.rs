use multiprocess::Process;

fn depth(text: &[u8]) -> usize {
    match text {
        [b'[', rest @ ..] => 1 + depth(rest),
        _ => 0,
    }
}

fn check(file: String) -> usize {
    depth(file.as_bytes())
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let bad = "[".repeat(10_000_000);
    for file in ["[[]]".to_owned(), bad, "[[[]]]".to_owned()] {
        match Process::new(check, (file,)).start()?.join() {
            Ok(depth) => println!("{depth} levels deep"),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
