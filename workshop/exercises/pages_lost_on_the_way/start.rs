use std::thread;
use std::time::Duration;

use multiprocess::queue::{Receiver, Sender, queue};
use multiprocess::{Process, Result};

#[expect(dead_code, reason = "the queues do not use it yet")]
const BOUND: usize = 2;
const PAGES: u32 = 10;

fn scan(pages: Sender<u32>) {
    for n in 1..=PAGES {
        let _ = pages.try_send(n);
        println!("page {n} is scanned");
    }
}

fn read(pages: Receiver<u32>, texts: Sender<String>) {
    loop {
        println!("the reader is free");
        let Ok(n) = pages.recv() else { return };
        thread::sleep(Duration::from_millis(2)); // stands for the reading
        let _ = texts.try_send(format!("page {n}"));
        println!("page {n} is read");
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let (scanned, pages) = queue(1000)?;
    let (read_by_then, texts) = queue(1000)?;
    let scanner = Process::new(scan, (scanned,));
    let reader = Process::new(read, (pages, read_by_then));
    let mut children = [scanner.start()?, reader.start()?];
    loop {
        println!("the clerk is free");
        let Ok(text) = texts.recv() else { break };
        thread::sleep(Duration::from_millis(5)); // stands for the filing
        println!("{text} is filed");
    }
    for child in &mut children {
        child.join()?;
    }
    println!("the archive is closed");
    Ok(())
}
