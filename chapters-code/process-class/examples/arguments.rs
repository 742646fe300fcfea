use multiprocess::Process;

fn count_words(name: String, text: String) {
    let words = text.split_whitespace().count();
    println!("{name} has {words} words");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let name = "the motto".to_owned();
    let text = "processes share nothing unless told to".to_owned();
    Process::new(count_words, (name, text)).start()?.join()?;
    Ok(())
}
