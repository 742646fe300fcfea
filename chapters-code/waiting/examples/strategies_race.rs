use multiprocess::{Process, Result, active_children, wait};

fn from_below(n: u64) -> u64 {
    (2..n).find(|factor| n.is_multiple_of(*factor)).unwrap_or(n)
}

fn from_the_root(n: u64) -> u64 {
    (2..=n.isqrt())
        .rev()
        .find(|factor| n.is_multiple_of(*factor))
        .unwrap_or(n)
}

fn factor(n: u64) -> Result<u64> {
    let runners =
        [Process::new(from_below, (n,)), Process::new(from_the_root, (n,))];
    let mut children = Vec::new();
    for process in runners {
        children.push(process.daemon(true).start()?);
    }
    let sentinels: Vec<_> = children.iter().map(|c| c.sentinel()).collect();
    let first = wait(&sentinels, None)?[0];
    let result = children.remove(first).join();
    for loser in &children {
        loser.terminate()?;
    }
    for mut loser in children {
        let _ = loser.join(); // it may have ended just after the winner
    }
    Ok(result?)
}

fn main() -> Result<()> {
    multiprocess::init();
    for n in [3 * 333_333_333_333_333_331, 999_999_937 * 999_999_929] {
        let factor = factor(n)?;
        println!("{n} = {factor} × {}", n / factor);
    }
    println!("children left: {}", active_children().len());
    Ok(())
}
