use std::{
    env,
    sync::{OnceLock, mpsc},
    thread,
};

use multiprocess::{Process, Result, StartMethod, current_process};

static PASSWORD: OnceLock<String> = OnceLock::new();
static MAILS: OnceLock<Vec<String>> = OnceLock::new();

/// Stands in for a library that other programs use, too.
mod spelling {
    use multiprocess::{Process, Result, StartMethod, set_start_method};

    pub(super) fn set_up() -> Result<()> {
        // SAFETY: a start is refused while there is another thread.
        set_start_method(unsafe { StartMethod::fork() })?;
        Ok(())
    }

    fn look_up(word: String) -> bool {
        let known = ["child", "parent", "fork", "server"].contains(&word.as_str());
        println!("spelling: {word} {}", if known { "is known" } else { "is not known" });
        known
    }

    pub(super) fn is_known(word: &str) -> Result<bool> {
        Ok(Process::new(look_up, (word.to_owned(),)).start()?.join()?)
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
    spelling::set_up()?;
    PASSWORD.get_or_init(|| "swordfish".to_owned());
    MAILS.get_or_init(fetch_mails);
    Process::new(open_attachment, ()).start()?.join()?;

    let (sender, lines) = mpsc::channel::<String>();
    let writer = thread::spawn(move || lines.iter().for_each(|line| println!("log: {line}")));
    let log = move |line| sender.send(line).expect("the writer is receiving");

    let mut searching = Process::new(search, ("77".to_owned(),)).start()?;
    log(format!("{} mails found", searching.join()?));
    for word in env::args().skip(1) {
        let known = spelling::is_known(&word)?;
        log(format!("{word} looked up: {known}"));
    }
    Process::new(sum_up, ()).start()?.join()?;

    drop(log);
    writer.join().expect("the writer does not panic");
    Ok(())
}
