use std::{env, fs, thread::sleep, time::Duration};

use multiprocess::{Process, Result, active_children, wait};

fn from_below(n: u64) -> Option<u64> {
    (2..n).find(|factor| n.is_multiple_of(*factor))
}

fn from_the_root(n: u64) -> Option<u64> {
    sleep(Duration::from_millis(80)); // represents a longer preparation
    (2..=n.isqrt()).rev().find(|factor| n.is_multiple_of(*factor))
}

/// Gives up early.
fn small_factor(n: u64) -> Option<u64> {
    (2..1000).find(|factor| n != *factor && n.is_multiple_of(*factor))
}

/// The factors that are already known, in lines such as `91 7`.
fn from_the_table(n: u64) -> Option<u64> {
    let table = fs::read_to_string("factors.txt").expect("the table can be read");
    let mut lines = table.lines().filter_map(|line| line.split_once(' '));
    lines.find(|(known, _)| *known == n.to_string())?.1.parse().ok()
}

/// The first factor that one of the strategies finds.
fn factor(n: u64) -> Result<Option<u64>> {
    let strategies = [
        Process::new(small_factor, (n,)),
        Process::new(from_the_table, (n,)),
        Process::new(from_below, (n,)),
        Process::new(from_the_root, (n,)),
    ];
    let mut running = Vec::new();
    for strategy in strategies {
        running.push(strategy.daemon(true).start()?);
    }
    let sentinels: Vec<_> = running.iter().map(|child| child.sentinel()).collect();
    let first = wait(&sentinels, None)?[0];
    Ok(running.remove(first).join().ok().flatten())
}

fn main() -> Result<()> {
    multiprocess::init();
    let n = env::args().nth(1).map_or(999_999_937 * 999_999_929, |n| n.parse().expect("a number"));
    match factor(n)? {
        Some(factor) => println!("{n} = {factor} × {}", n / factor),
        None => println!("{n}: no factor found"),
    }
    println!("children left: {}", active_children().len());
    Ok(())
}
