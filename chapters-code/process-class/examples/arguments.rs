use multiprocess::Process;

fn repeat(word: String, times: usize) {
    println!("{}", vec![word; times].join(" "));
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    Process::new(repeat, ("process".to_owned(), 3)).start()?.join()?;
    Ok(())
}
