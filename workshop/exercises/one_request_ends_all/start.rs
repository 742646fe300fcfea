use std::{
    collections::{HashMap, VecDeque},
    env, fs,
    sync::OnceLock,
};

use multiprocess::{
    Child, Process, Result, StartMethod, set_forkserver_preload, set_start_method, start_forkserver,
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, getppid},
};

static WORDS: OnceLock<HashMap<String, String>> = OnceLock::new();

/// Stands in for a download.
fn fetch_words() {
    let words = "bird Vogel\ncat Katze\ndog Hund\nfish Fisch\nfox Fuchs\nhorse Pferd\nmemory Speicher\n";
    fs::write("words.tmp", words).expect("this folder can be written to");
}

/// What the server runs before it forks.
fn read_words() {
    let text = fs::read_to_string("words.tmp").expect("words.tmp can be read");
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    WORDS.get_or_init(|| pairs.map(|(word, meaning)| (word.into(), meaning.into())).collect());
}

/// What the kernel does when memory runs out: it kills a process, here one of this program.
fn run_out_of_memory(victim: Pid) {
    let program = |pid: Pid| fs::read_link(format!("/proc/{pid}/exe")).ok();
    if program(victim) == program(Pid::this()) {
        kill(victim, Signal::SIGKILL).expect("the victim is running");
    }
}

fn translate(word: String) -> String {
    match word.as_str() {
        "leave" => std::process::exit(0),
        "large" => run_out_of_memory(Pid::this()),
        "memory" => run_out_of_memory(getppid()),
        _ => {}
    }
    let words = WORDS.get().expect("the server has read the words");
    words.get(&word).expect("it is a word of the dictionary").clone()
}

fn answer((word, mut child): (String, Child<String>)) -> Result<()> {
    println!("{word}: {}", child.join()?);
    Ok(())
}

fn main() -> Result<()> {
    multiprocess::init();
    set_start_method(StartMethod::forkserver())?;
    fetch_words();
    set_forkserver_preload(read_words)?;
    start_forkserver()?;
    fs::remove_file("words.tmp").expect("words.tmp exists");
    let mut running = VecDeque::new();
    for word in env::args().skip(1) {
        eprintln!("asked: {word}");
        let child = Process::new(translate, (word.clone(),)).start()?;
        running.push_back((word, child));
        if running.len() == 3 {
            running.pop_front().map_or(Ok(()), answer)?;
        }
    }
    running.into_iter().try_for_each(answer)
}
