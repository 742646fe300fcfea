use loom::sync::Arc;
use loom::sync::atomic::Ordering::{self, Acquire, Relaxed, Release};
use loom::sync::atomic::{AtomicU32, AtomicUsize};
use loom::thread;

// ANCHOR: ring
const SLOTS: usize = 2;

#[derive(Default)]
struct Ring {
    slots: [AtomicU32; SLOTS],
    sent: AtomicUsize,     // only the sender changes it
    received: AtomicUsize, // only the receiver changes it
}

impl Ring {
    fn send(&self, value: u32, publish: Ordering) -> bool {
        let sent = self.sent.load(Relaxed);
        if sent - self.received.load(Acquire) == SLOTS {
            return false;
        }
        self.slots[sent % SLOTS].store(value, Relaxed);
        self.sent.store(sent + 1, publish);
        true
    }

    fn receive(&self) -> Option<u32> {
        let received = self.received.load(Relaxed);
        if received == self.sent.load(Acquire) {
            return None;
        }
        let value = self.slots[received % SLOTS].load(Relaxed);
        self.received.store(received + 1, Release);
        Some(value)
    }
}
// ANCHOR_END: ring

// ANCHOR: check
fn check(publish: Ordering) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(move || {
        let ring = Arc::new(Ring::default());
        let senders = Arc::clone(&ring);
        let sender = thread::spawn(move || {
            for value in 1..=3 {
                while !senders.send(value, publish) {
                    thread::yield_now();
                }
            }
        });
        for expected in 1..=3 {
            let value = loop {
                match ring.receive() {
                    Some(value) => break value,
                    None => thread::yield_now(),
                }
            };
            assert!(
                value == expected,
                "received {value} instead of {expected}"
            );
        }
        sender.join().expect("it does not panic");
    });
    println!("{publish:?}: every value has arrived");
}

fn main() {
    check(Release);
    check(Relaxed);
}
// ANCHOR_END: check
