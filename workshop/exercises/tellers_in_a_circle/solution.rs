use std::sync::Mutex;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

/// Three accounts, with 300 together.
static ACCOUNTS: [Mutex<i64>; 3] = [const { Mutex::new(100) }; 3];

/// Asks the other bank whether the transfer is allowed.
fn ask_the_other_bank() {
    thread::sleep(Duration::from_millis(1)); // stands for the network
}

fn transfer(from: usize, to: usize, amount: i64) {
    if from == to {
        return; // it changes nothing, and one lock cannot be taken twice
    }
    let mut first = ACCOUNTS[from.min(to)].lock().expect("no holder has panicked");
    let mut second = ACCOUNTS[from.max(to)].lock().expect("no holder has panicked");
    ask_the_other_bank();
    let (payer, payee) = if from < to { (&mut first, &mut second) } else { (&mut second, &mut first) };
    **payer -= amount;
    **payee += amount;
}

/// Each teller has twenty transfers from one account to the next one. The first has one more, which a customer got wrong.
fn teller(number: usize, done: &Sender<()>) {
    for _ in 0..20 {
        transfer(number, (number + 1) % 3, 5);
        done.send(()).expect("the audit goes on");
    }
    if number == 0 {
        transfer(0, 0, 5);
        done.send(()).expect("the audit goes on");
    }
}

/// What all accounts have together, at one moment.
fn total() -> i64 {
    let accounts = ACCOUNTS.each_ref().map(|account| account.lock().expect("no holder has panicked"));
    accounts.iter().map(|account| **account).sum()
}

fn main() {
    let (done, transfers) = mpsc::channel();
    let mut totals = Vec::new();
    thread::scope(|scope| {
        for number in 0..3 {
            let done = done.clone();
            scope.spawn(move || teller(number, &done));
        }
        drop(done); // the loop ends when the tellers have dropped theirs
        totals.extend(transfers.iter().map(|()| total())); // an audit after each transfer
    });
    let right = totals.iter().filter(|&&total| total == 300).count();
    println!("{} audits, {right} found 300", totals.len());
    let accounts = ACCOUNTS.each_ref().map(|account| *account.lock().expect("no holder has panicked"));
    println!("at the end: {accounts:?}");
}
