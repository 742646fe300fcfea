use loom::sync::Arc;
use loom::sync::atomic::Ordering::{self, Acquire, Relaxed, Release};
use loom::sync::atomic::{AtomicU32, AtomicUsize};
use loom::thread;

// ANCHOR: ring
const SLOTS: usize = 2;

#[derive(Default)]
struct Ring {
    slots: [AtomicU32; SLOTS],
    sent: AtomicUsize,
    received: AtomicUsize,
}

impl Ring {
    fn send(&self, value: u32, publish: Ordering) -> bool {
        let sent = self.sent.load(Relaxed); // only the sender changes it
        let room = sent - self.received.load(Acquire) < SLOTS;
        if room {
            self.slots[sent % SLOTS].store(value, Relaxed);
            self.sent.store(sent + 1, publish);
        }
        room
    }

    fn receive(&self) -> Option<u32> {
        let received = self.received.load(Relaxed); // only the receiver changes it
        (received < self.sent.load(Acquire)).then(|| {
            let value = self.slots[received % SLOTS].load(Relaxed);
            self.received.store(received + 1, Release);
            value
        })
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
                let Some(value) = ring.receive() else {
                    thread::yield_now();
                    continue;
                };
                break value;
            };
            assert!(
                value == expected,
                "received {value} in place of {expected}"
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
