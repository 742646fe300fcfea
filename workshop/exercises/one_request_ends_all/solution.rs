use std::{
    collections::{HashMap, VecDeque},
    env, fs,
    sync::OnceLock,
};

use multiprocess::{
    Child, Error, Process, Result, StartMethod, set_forkserver_preload, set_start_method, start_forkserver,
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

fn answer((word, child): (String, Result<Child<String>>)) {
    match child.and_then(|mut child| Ok(child.join()?)) {
        Ok(meaning) => println!("{word}: {meaning}"),
        Err(error) => {
            eprintln!("{word}: {error}");
            println!("{word}: no answer");
        }
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    set_start_method(StartMethod::forkserver())?;
    fetch_words();
    set_forkserver_preload(read_words)?;
    start_forkserver()?;
    let mut running = VecDeque::new();
    for word in env::args().skip(1) {
        eprintln!("asked: {word}");
        let child = Process::new(translate, (word.clone(),)).start().map_err(Error::from);
        running.push_back((word, child));
        if running.len() == 3
            && let Some(oldest) = running.pop_front()
        {
            answer(oldest);
        }
    }
    running.into_iter().for_each(answer);
    // Not before: each server that has to take the place of one that was killed reads it.
    fs::remove_file("words.tmp").expect("words.tmp exists");
    Ok(())
}
