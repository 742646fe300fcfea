use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use nix::libc::_exit;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork};

const INVOICES: [[u64; 4]; 4] = [[10, 0, 5, 1], [0, 7, 0, 2], [3, 3, 3, 3], [0, 0, 90, 0]];

/// What each of four currencies is worth. On day n it is n, so a rate shows its day.
static RATES: Mutex<[u64; 4]> = Mutex::new([0; 4]);

/// Fetches the rates day after day, and sends each day when all its rates are there.
fn renew(sender: &mpsc::SyncSender<u64>) {
    for day in 1.. {
        let mut rates = RATES.lock().expect("the lock is not poisoned");
        for rate in rates.iter_mut() {
            *rate = day;
            thread::sleep(Duration::from_micros(250)); // stands in for the network
        }
        drop(rates);
        if sender.send(day).is_err() {
            return; // the receiver is gone
        }
    }
}

/// Converts an invoice. Another team wrote this code, and it may crash, so it has a process of its own.
fn convert(invoice: usize) {
    let rates = *RATES.lock().expect("the lock is not poisoned");
    let sum: u64 = INVOICES[invoice].iter().zip(rates).map(|(amount, rate)| amount * rate).sum();
    println!("invoice {invoice} at the rates {rates:?}: {sum}");
}

fn main() -> nix::Result<()> {
    let (sender, days) = mpsc::sync_channel(0);
    thread::spawn(move || renew(&sender));
    for invoice in 0..INVOICES.len() {
        days.recv().expect("the rates are renewed every day");
        // SAFETY: the thread only touches the rates, and the child has a copy of them.
        match unsafe { fork() }? {
            ForkResult::Child => {
                convert(invoice);
                // SAFETY: it ends this process, and cleans up nothing.
                unsafe { _exit(0) }
            }
            ForkResult::Parent { child } => waitpid(child, None)?,
        };
    }
    Ok(())
}
