use multiprocess::Process;

fn greet(greeting: String) {
    println!("{greeting}");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let greeting = "Hello Process World".to_owned();
    Process::new(greet, (greeting,)).start()?.join()?;
    Ok(())
}
