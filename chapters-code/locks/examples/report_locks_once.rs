use std::sync::Mutex;
use std::thread;

static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn line(text: String) {
    add(&mut LOG.lock().expect("no thread panics"), text);
}

fn report(who: &str) {
    let mut log = LOG.lock().expect("no thread panics");
    add(&mut log, format!("{who} has read two pages"));
    add(&mut log, format!("{who} has found no mistake"));
}

/// The caller has this `&mut` from the lock that it holds.
fn add(log: &mut Vec<String>, text: String) {
    log.push(text);
}

fn main() {
    line("the reports:".to_owned());
    thread::scope(|scope| {
        scope.spawn(|| report("Ann"));
        scope.spawn(|| report("Ben"));
    });
    let log = LOG.lock().expect("no thread panics");
    println!("{}", log[0]);
    for report in log[1..].chunks(2) {
        println!("{}", report.join(", "));
    }
}
