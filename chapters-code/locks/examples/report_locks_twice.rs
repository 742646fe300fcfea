use std::thread;

use multiprocess::sync::RLock;

fn line(turn: &RLock, text: &str) {
    let _turn = turn.lock().expect("no thread panics");
    println!("{text}");
}

fn report(turn: &RLock, who: &str) {
    let _turn = turn.lock().expect("no thread panics");
    line(turn, &format!("{who} has read two pages"));
    line(turn, &format!("{who} has found no mistake"));
}

fn main() -> multiprocess::Result<()> {
    let turn = RLock::new()?;
    thread::scope(|scope| {
        for who in ["Ann", "Ben"] {
            scope.spawn(|| report(&turn, who));
        }
    });
    Ok(())
}
