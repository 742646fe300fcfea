use multiprocess::Process;

fn parse(text: String) -> Result<i32, String> {
    text.parse().map_err(|error| format!("{text:?}: {error}"))
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    for text in ["42", "forty-two"] {
        let mut child = Process::new(parse, (text.to_owned(),)).start()?;
        match child.join() {
            Ok(Ok(number)) => println!("the number {number}"),
            Ok(Err(error)) => println!("not a number: {error}"),
            Err(ended) => println!("no answer: {ended}"),
        }
    }
    Ok(())
}
