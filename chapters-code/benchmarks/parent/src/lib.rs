//! A process that starts others on request: one line of standard input is a task, one line of standard output its
//! answer, a number.
//!
//! | task | what it does | the answer |
//! |---|---|---|
//! | `touch BYTES` | makes the heap that much larger, and writes to every page of it | 0 |
//! | `start_and_join METHOD [COUNT]` | starts one child, or so many, and joins them | nanoseconds |
//! | `idle METHOD PATH` | starts a child that waits until the fifo has been opened and closed | its pid |
//! | `end` | joins that child | 0 |
//! | `pi HOW WORKERS TERMS` | sums the series, `alone`, by `threads`, `rayon`, or children of a start method | nanoseconds |
//! | `grid HOW RADIUS` | counts points, `alone`, in `halves`, `dealt` out, or in so many parts | nanoseconds |
//!
//! `python/parent.py` understands the same tasks, but for `grid`, and computes pi with `numpy` too.

mod pi;

use std::fs::File;
use std::hint::black_box;
use std::io::Read;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use multiprocess::{Child, Process, StartMethod};

/// The start methods that are measured.
pub fn methods() -> [StartMethod; 3] {
    // SAFETY: these programs have one thread while they measure, and hold nothing that must not exist twice.
    let fork = unsafe { StartMethod::fork() };
    [StartMethod::spawn(), StartMethod::forkserver(), fork]
}

/// What every measured child has for a target.
pub fn double(n: u32) -> u32 {
    2 * n
}

/// Starts so many children, and then joins them.
pub fn start_and_join(method: StartMethod, count: usize) -> anyhow::Result<Duration> {
    let started = Instant::now();
    let mut children = Vec::with_capacity(count);
    for _ in 0..count {
        children.push(Process::new(double, (21,)).start_method(method).start()?);
    }
    for child in &mut children {
        ensure!(child.join()? == 42, "wrong result");
    }
    Ok(started.elapsed())
}

/// Does the tasks that stand on standard input, until its end.
pub fn serve() -> anyhow::Result<()> {
    let mut parent = Parent::default();
    for task in std::io::stdin().lines() {
        println!("{}", parent.answer(&task?)?);
    }
    Ok(())
}

#[derive(Default)]
struct Parent {
    pools: pi::Pools,
    heap: Vec<Vec<u8>>,
    idle: Option<Child<()>>,
}

impl Parent {
    fn answer(&mut self, task: &str) -> anyhow::Result<u64> {
        match task.split(' ').collect::<Vec<_>>()[..] {
            ["touch", bytes] => {
                // Other than with zeros, which the kernel gives without giving memory.
                self.heap.push(black_box(vec![1; bytes.parse()?]));
                Ok(0)
            }
            ["start_and_join", method, ref count @ ..] => {
                let count = count.first().map_or(Ok(1), |count| count.parse())?;
                Ok(u64::try_from(start_and_join(named(method)?, count)?.as_nanos())?)
            }
            ["idle", method, path] => {
                let sleeper =
                    Process::new(sleep_until_closed, (path.to_owned(),)).start_method(named(method)?);
                let sleeper = self.idle.insert(sleeper.daemon(true).start()?);
                Ok(sleeper.pid().into())
            }
            ["end"] => {
                self.idle.take().context("there is an idle child")?.join()?;
                Ok(0)
            }
            ["pi", how, workers, terms] => {
                let took = pi::series(&mut self.pools, how, workers.parse()?, terms.parse()?)?;
                Ok(u64::try_from(took.as_nanos())?)
            }
            ["grid", how, radius] => Ok(u64::try_from(pi::points(how, radius.parse()?)?.as_nanos())?),
            _ => bail!("no such task: {task:?}"),
        }
    }
}

fn named(name: &str) -> anyhow::Result<StartMethod> {
    methods().into_iter().find(|method| method.name() == name).with_context(|| format!("no method {name:?}"))
}

fn sleep_until_closed(fifo: String) {
    File::open(fifo).and_then(|mut fifo| fifo.read(&mut [0])).expect("a fifo");
}
