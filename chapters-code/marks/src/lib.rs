//! What a program says of itself in its timeline: marks, tasks, and the names of what it shares.
//!
//! A tracer sees system calls, and no more. It cannot know that a phase begins, which of many tasks a thread works on, or what a
//! lock protects. A program says so by one call:
//!
//! ```
//! use std::sync::Mutex;
//!
//! // TIMELINE: marks, locks
//! let orders = Mutex::new(vec![3]);
//! marks::name(&orders, "orders");
//! marks::mark("the first phase begins");
//! orders.lock().unwrap().push(7);
//! marks::mark("the first phase ends");
//! ```
//!
//! Where no timeline is recorded, each call reads one number and returns. It makes no system call, takes no lock and allocates
//! nothing; a test holds that. Where a timeline is recorded, a call is a `write` to a descriptor that cannot exist. The tracer reads
//! what it was to write, and the kernel refuses it.
//!
//! Whether a timeline is recorded is known by a variable of the environment, which the tracer sets. So a program that was started
//! with an empty environment says nothing.

use std::{
    env,
    os::fd::{AsFd, AsRawFd},
    pin::pin,
    sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed},
};

pub mod wire;

use wire::Said;

/// Marks this moment in the timeline, in the lane of the task that runs on this thread, or else in the lane of the thread.
///
/// # Examples
///
/// ```
/// marks::mark("all workers have started");
/// ```
pub fn mark(text: &str) {
    say(|| Said::Mark(text));
}

/// Gives a name to what is kept in this value: a lock, a condition variable, or whatever else threads wait for. The value has to stay
/// where it is from then on.
///
/// # Examples
///
/// ```
/// let seats = std::sync::Condvar::new();
/// marks::name(&seats, "a free seat");
/// ```
pub fn name<T: ?Sized>(value: &T, name: &str) {
    let address = std::ptr::from_ref(value).addr() as u64;
    say(|| Said::Memory { address, length: size_of_val(value) as u64, name });
}

/// Gives a name to the pipe, the pair of sockets, or the eventfd that this descriptor is an end of.
///
/// # Examples
///
/// ```
/// let (reader, writer) = std::io::pipe()?;
/// marks::name_end(&writer, "orders");
/// # drop(reader);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn name_end(end: impl AsFd, name: &str) {
    let descriptor = end.as_fd().as_raw_fd();
    say(|| Said::End { descriptor, name });
}

/// Gives a task a lane of its own, from when it runs first to its end. It shows when the task runs, and on which thread.
///
/// # Examples
///
/// ```
/// let sum = marks::task("sum", async { 1 + 2 });
/// # let mut sum = std::pin::pin!(sum);
/// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// # assert_eq!(sum.as_mut().poll(&mut context), std::task::Poll::Ready(3));
/// ```
pub async fn task<F: Future>(name: &str, future: F) -> F::Output {
    let task = Task::begin(name);
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        let _running = Running::begin(&task);
        future.as_mut().poll(context)
    })
    .await
}

/// A task, until it is dropped.
struct Task(u64);

impl Task {
    fn begin(name: &str) -> Task {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let task = NEXT.fetch_add(1, Relaxed);
        say(|| Said::TaskBegins { task, name });
        Task(task)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        say(|| Said::TaskEnds(self.0));
    }
}

/// A task that runs on this thread. It does until this is dropped, so also up to a panic.
struct Running<'a>(&'a Task);

impl Running<'_> {
    fn begin(task: &Task) -> Running<'_> {
        say(|| Said::TaskRuns(task.0));
        Running(task)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        say(|| Said::TaskRests(self.0.0));
    }
}

/// Says it, if a timeline is recorded.
#[inline]
fn say<'a>(said: impl FnOnce() -> Said<'a>) {
    if is_recorded() {
        send(said().to_string().as_bytes());
    }
}

/// Whether a timeline is recorded of this process.
#[inline]
fn is_recorded() -> bool {
    const UNKNOWN: u8 = 0;
    const NO: u8 = 1;
    const YES: u8 = 2;
    static RECORDED: AtomicU8 = AtomicU8::new(UNKNOWN);
    match RECORDED.load(Relaxed) {
        UNKNOWN => {
            let recorded = if env::var_os(wire::VARIABLE).is_some() { YES } else { NO };
            // Another thread may have done the same: it has found the same.
            RECORDED.store(recorded, Relaxed);
            recorded == YES
        }
        known => known == YES,
    }
}

/// Hands these bytes to the tracer.
fn send(bytes: &[u8]) {
    unsafe extern "C" {
        fn write(descriptor: i32, bytes: *const u8, length: usize) -> isize;
    }
    // SAFETY: the address and the length are those of a slice. The descriptor is negative, so the kernel refuses the call before it
    // looks at either.
    let _ = unsafe { write(wire::DESCRIPTOR, bytes.as_ptr(), bytes.len()) };
}
