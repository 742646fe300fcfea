use std::thread;
use std::time::Duration;

use multiprocess::queue::{Receiver, Sender, queue};
use multiprocess::{Process, Result};

const BOUND: usize = 2;
const PAGES: u32 = 10;

fn scan(pages: Sender<u32>) {
    for n in 1..=PAGES {
        pages.send(n).expect("the reader receives");
        println!("page {n} is scanned");
    }
}

fn read(pages: Receiver<u32>, texts: Sender<String>) {
    loop {
        println!("the reader is free");
        let Ok(n) = pages.recv() else { return };
        thread::sleep(Duration::from_millis(2)); // stands for the reading
        texts.send(format!("page {n}")).expect("main receives");
        println!("page {n} is read");
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let (scanned, pages) = queue(BOUND)?;
    let (read_by_then, texts) = queue(BOUND)?;
    let scanner = Process::new(scan, (scanned,));
    let reader = Process::new(read, (pages, read_by_then));
    let mut children = [scanner.start()?, reader.start()?];
    drop((scanner, reader)); // they hold a sender each
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
