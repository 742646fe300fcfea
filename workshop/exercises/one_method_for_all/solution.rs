use std::{
    env,
    sync::{OnceLock, mpsc},
    thread,
};

use multiprocess::{Context, Process, Result, StartMethod, current_process};

static PASSWORD: OnceLock<String> = OnceLock::new();
static MAILS: OnceLock<Vec<String>> = OnceLock::new();

/// Stands in for a library that other programs use, too.
mod spelling {
    use multiprocess::{Context, Result};

    fn look_up(word: String) -> bool {
        let known = ["child", "parent", "fork", "server"].contains(&word.as_str());
        println!("spelling: {word} {}", if known { "is known" } else { "is not known" });
        known
    }

    pub(super) fn is_known(context: Context, word: &str) -> Result<bool> {
        Ok(context.process(look_up, (word.to_owned(),)).start()?.join()?)
    }
}

fn fetch_mails() -> Vec<String> {
    println!("mails fetched");
    (0..1000).map(|number| format!("mail {number}")).collect()
}

fn open_attachment() {
    println!("attachment: opened beside {} password", PASSWORD.get().map_or("no", |_| "the"));
}

fn search(text: String) -> usize {
    let found = MAILS.get_or_init(fetch_mails).iter().filter(|mail| mail.contains(&text)).count();
    println!("search: {found} mails contain {text}");
    found
}

fn sum_up() {
    println!("summary: started by {}", current_process().start_method().map_or("nobody", StartMethod::name));
}

fn main() -> Result<()> {
    multiprocess::init();
    PASSWORD.get_or_init(|| "swordfish".to_owned());
    MAILS.get_or_init(fetch_mails);
    Process::new(open_attachment, ()).start_method(StartMethod::spawn()).start()?.join()?;

    // SAFETY: there is still only one thread, and the search touches nothing but the mails, in memory.
    let forking = Context::new(unsafe { StartMethod::fork() });
    let mut searching = forking.process(search, ("77".to_owned(),)).start()?;

    let (sender, lines) = mpsc::channel::<String>();
    let writer = thread::spawn(move || lines.iter().for_each(|line| println!("log: {line}")));
    let log = move |line| sender.send(line).expect("the writer is receiving");

    log(format!("{} mails found", searching.join()?));
    let quick = Context::new(StartMethod::forkserver());
    for word in env::args().skip(1) {
        let known = spelling::is_known(quick, &word)?;
        log(format!("{word} looked up: {known}"));
    }
    Process::new(sum_up, ()).start()?.join()?;

    drop(log);
    writer.join().expect("the writer does not panic");
    Ok(())
}
