use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Barrier, Condvar, Mutex};
use std::thread;

// ANCHOR: semaphore
struct Semaphore {
    free: Mutex<u32>,
    freed: Condvar,
}

struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    fn acquire(&self) -> Permit<'_> {
        let free = self.free.lock().expect("no thread panics");
        let mut free = self
            .freed
            .wait_while(free, |free| *free == 0)
            .expect("no thread panics");
        *free -= 1;
        Permit(self)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().expect("no thread panics") += 1;
        self.0.freed.notify_one();
    }
}
// ANCHOR_END: semaphore

// ANCHOR: main
static SERVER: Semaphore =
    Semaphore { free: Mutex::new(2), freed: Condvar::new() };
static A_PAIR: Barrier = Barrier::new(2);
static NOW: AtomicU32 = AtomicU32::new(0);
static MOST: AtomicU32 = AtomicU32::new(0);

fn download() {
    let _permit = SERVER.acquire();
    let now = NOW.fetch_add(1, Relaxed) + 1;
    MOST.fetch_max(now, Relaxed);
    A_PAIR.wait(); // no download ends alone
    NOW.fetch_sub(1, Relaxed);
}

fn main() {
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(download);
        }
    });
    println!("6 downloads, at most {} at once", MOST.load(Relaxed));
}
// ANCHOR_END: main
