use multiprocess::{Process, StartMethod, current_process, set_start_method};

mod words {
    use multiprocess::{Context, Result, StartMethod, current_process};

    fn longest(text: String) -> (usize, Option<StartMethod>) {
        let longest = text.split_whitespace().map(str::len).max();
        let method = current_process().start_method();
        (longest.unwrap_or(0), method)
    }

    /// A function of a library, which starts a process for its own purposes.
    pub(super) fn longest_word(
        text: &str,
    ) -> Result<(usize, Option<StartMethod>)> {
        let own = Context::new(StartMethod::spawn());
        Ok(own.process(longest, (text.to_owned(),)).start()?.join()?)
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    set_start_method(StartMethod::forkserver())?;
    let (length, method) = words::longest_word("fork and spawn")?;
    println!(
        "the library's child: {length}, by {}",
        method.unwrap_or_default()
    );
    let own = || current_process().start_method();
    let method = Process::new(own, ()).start()?.join()?;
    println!("the program's child: by {}", method.unwrap_or_default());
    Ok(())
}
