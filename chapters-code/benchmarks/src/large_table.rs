//! A table that two processes sum by halves: how it gets to them, how long all takes, and what it costs in memory.

use std::cell::RefCell;
use std::fs::read_to_string;
use std::hint::black_box;
use std::ops::Range;
use std::rc::Rc;
use std::sync::OnceLock;
use std::thread;
use std::time::Instant;

use anyhow::{Context, ensure};
use multiprocess::shared::RawArray;
use multiprocess::{Child, Process, RecvError, StartMethod, pipe, queue};
use zerocopy::IntoBytes;

use crate::goal::Goal;
use crate::group::Group;
use crate::helper::Helper;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const TIME: Group = Group {
    name: "large_table",
    heads: ("Two processes sum a table by halves", Some("times shared memory")),
    unit: Unit::Microseconds,
    rounds: 10,
    cases: times,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("From before the first start until both have ended, with their sums. The table is of `f64`. Pieces have 256 KiB. Rust's processes are started by spawn, except the one that inherits, and Python's by fork. Python sums \
            with `sum`, over a `memoryview`.\n"
            .to_owned())
    },
    page: None,
};

pub(crate) const MEMORY: Group = Group {
    name: "large_table_memory",
    heads: ("What a process that sums half of 64 MiB has in memory for itself", None),
    unit: Unit::Kibibytes,
    rounds: 5,
    cases: memory,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("`Private_Clean` and `Private_Dirty` in `/proc/PID/smaps_rollup`, when the process has its sum and has not dropped \
            what it summed. The program itself is in it. The larger one of both processes counts.\n"
            .to_owned())
    },
    page: None,
};

/// Sizes of the table in MiB.
const SIZES: [usize; 4] = [1, 4, 16, 64];
const MIB: usize = (1 << 20) / size_of::<f64>();
/// So many numbers are a piece that is sent.
const PIECE: usize = MIB / 4;
/// So many numbers are copied out of shared memory at a time.
const CHUNK: usize = 8192;

const SHARED: &str = "shared memory";

/// What a process has found: its sum, and its own memory in KiB, if that was asked for.
type Found = (f64, f64);
/// Has both halves of so many numbers summed, and gives what was found of each.
type Sums = fn(usize, bool) -> anyhow::Result<[Found; 2]>;

const WAYS: [(&str, Sums); 6] = [
    ("`Vec<f64>` as an argument", by_argument),
    ("pipes", by_pipe),
    ("a queue", by_queue),
    ("shared memory, copied into first", by_new_memory),
    (SHARED, by_memory),
    ("inherited by fork", by_fork),
];
const THREADS: &str = "borrowed by threads";
/// What the helper calls each of Python's.
const PYTHONS: [(&str, &str); 4] = [
    ("Python, pipes", "pipe"),
    ("Python, a queue", "queue"),
    ("Python, shared memory", "memory"),
    ("Python, inherited by fork", "fork"),
];

fn name(size: usize, way: &str) -> String {
    format!("{size} MiB: {way}")
}

fn times() -> anyhow::Result<Vec<Case>> {
    let python = Rc::new(RefCell::new(Helper::sharing(None)?));
    let mut cases = Vec::new();
    for size in SIZES {
        let len = size * MIB;
        let base = name(size, SHARED);
        for (way, sums) in WAYS.into_iter().chain([(THREADS, by_threads as Sums)]) {
            let case = Case::new(name(size, way), move || {
                let started = Instant::now();
                let found = sums(len, false)?;
                let took = started.elapsed();
                check(len, found)?;
                Ok(took.as_secs_f64() * 1e6)
            });
            cases.push(case.over(&base));
        }
        for (way, how) in PYTHONS {
            let python = Rc::clone(&python);
            let time = move || python.borrow_mut().time(&format!("table {how} {len}"));
            cases.push(Case::new(name(size, way), time).over(&base));
        }
    }
    Ok(cases)
}

fn memory() -> anyhow::Result<Vec<Case>> {
    let len = SIZES[3] * MIB;
    let mut cases = Vec::new();
    for (way, sums) in WAYS {
        cases.push(Case::new(way, move || {
            let found = sums(len, true)?;
            check(len, found)?;
            Ok(found[0].1.max(found[1].1))
        }));
    }
    let python = Rc::new(RefCell::new(Helper::sharing(None)?));
    for (way, how) in PYTHONS {
        let python = Rc::clone(&python);
        cases.push(Case::new(way, move || python.borrow_mut().ask(&format!("weigh {how} {len}"))));
    }
    Ok(cases)
}

/// The numbers are whole and small, so a sum of them is exact in any order.
fn table() -> &'static [f64] {
    static TABLE: OnceLock<Vec<f64>> = OnceLock::new();
    TABLE.get_or_init(|| (0..SIZES[3] * MIB).map(|at| (at % 1000) as f64).collect())
}

fn shared() -> anyhow::Result<RawArray<f64>> {
    thread_local!(static SHARED: OnceLock<RawArray<f64>> = const { OnceLock::new() });
    SHARED.with(|shared| match shared.get() {
        Some(shared) => Ok(shared.clone()),
        None => Ok(shared.get_or_init(|| RawArray::new(table()).expect("there is memory")).clone()),
    })
}

fn halves(len: usize) -> [Range<usize>; 2] {
    [0..len / 2, len / 2..len]
}

fn check(len: usize, [lower, upper]: [Found; 2]) -> anyhow::Result<()> {
    let expected = sum(&table()[..len]);
    ensure!(lower.0 + upper.0 == expected, "{} in place of {expected}", lower.0 + upper.0);
    Ok(())
}

fn sum(numbers: &[f64]) -> f64 {
    numbers.iter().sum()
}

fn sum_of_bytes(bytes: &[u8]) -> f64 {
    bytes.as_chunks().0.iter().copied().map(f64::from_ne_bytes).sum()
}

/// The sum, and what this process has in memory for itself, if that is asked for.
fn found(sum: f64, weigh: bool) -> Found {
    (black_box(sum), if weigh { own_memory().expect("/proc is mounted") } else { 0.0 })
}

fn own_memory() -> anyhow::Result<f64> {
    let sizes = read_to_string("/proc/self/smaps_rollup")?;
    let size = |name: &str| -> anyhow::Result<f64> {
        let size = sizes.lines().find_map(|line| line.strip_prefix(name)).context("there is a size")?;
        Ok(size.trim().trim_end_matches(" kB").parse()?)
    };
    Ok(size("Private_Clean:")? + size("Private_Dirty:")?)
}

fn both([mut lower, mut upper]: [Child<Found>; 2]) -> anyhow::Result<[Found; 2]> {
    Ok([lower.join()?, upper.join()?])
}

fn by_argument(len: usize, weigh: bool) -> anyhow::Result<[Found; 2]> {
    fn work(half: Vec<f64>, weigh: bool) -> Found {
        let found = found(sum(&half), weigh);
        black_box(half);
        found
    }
    let [lower, upper] = halves(len).map(|half| Process::new(work, (table()[half].to_vec(), weigh)).start());
    both([lower?, upper?])
}

fn by_pipe(len: usize, weigh: bool) -> anyhow::Result<[Found; 2]> {
    fn work(pieces: pipe::Receiver<()>, weigh: bool) -> Found {
        let mut total = 0.0;
        let mut piece = vec![0; PIECE * size_of::<f64>()];
        loop {
            match pieces.recv_bytes_into(&mut piece) {
                Ok(length) => total += sum_of_bytes(&piece[..length]),
                Err(RecvError::Disconnected) => return found(total, weigh),
                Err(error) => panic!("{error}"),
            }
        }
    }
    let (to_lower, of_lower) = pipe()?;
    let (to_upper, of_upper) = pipe()?;
    let lower = Process::new(work, (of_lower, weigh)).start()?;
    let upper = Process::new(work, (of_upper, weigh)).start()?;
    let [lower_half, upper_half] = halves(len).map(|half| table()[half].chunks(PIECE));
    for (one, other) in lower_half.zip(upper_half) {
        to_lower.send_bytes(one.as_bytes())?;
        to_upper.send_bytes(other.as_bytes())?;
    }
    drop((to_lower, to_upper));
    both([lower, upper])
}

fn by_queue(len: usize, weigh: bool) -> anyhow::Result<[Found; 2]> {
    fn work(pieces: queue::Receiver<()>, weigh: bool) -> Found {
        let mut total = 0.0;
        let mut piece = vec![0; PIECE * size_of::<f64>()];
        loop {
            match pieces.recv_bytes_into(&mut piece) {
                Ok(length) => total += sum_of_bytes(&piece[..length]),
                Err(RecvError::Disconnected) => return found(total, weigh),
                Err(error) => panic!("{error}"),
            }
        }
    }
    let (sender, receiver) = queue::queue_with_bytes(16, 16 << 20)?;
    let lower = Process::new(work, (receiver.clone(), weigh)).start()?;
    let upper = Process::new(work, (receiver, weigh)).start()?;
    table()[..len].chunks(PIECE).try_for_each(|piece| sender.send_bytes(piece.as_bytes()))?;
    drop(sender);
    both([lower, upper])
}

fn sum_shared(table: RawArray<f64>, rows: Range<usize>, weigh: bool) -> Found {
    let mut chunk = [0.0; CHUNK];
    let mut total = 0.0;
    for first in rows.step_by(CHUNK) {
        table.copy_to_slice(first, &mut chunk);
        total += sum(&chunk);
    }
    found(total, weigh)
}

fn by_shared(table: &RawArray<f64>, len: usize, weigh: bool) -> anyhow::Result<[Found; 2]> {
    let [lower, upper] =
        halves(len).map(|half| Process::new(sum_shared, (table.clone(), half, weigh)).start());
    both([lower?, upper?])
}

fn by_new_memory(len: usize, weigh: bool) -> anyhow::Result<[Found; 2]> {
    by_shared(&RawArray::new(&table()[..len])?, len, weigh)
}

fn by_memory(len: usize, weigh: bool) -> anyhow::Result<[Found; 2]> {
    by_shared(&shared()?, len, weigh)
}

fn by_fork(len: usize, weigh: bool) -> anyhow::Result<[Found; 2]> {
    fn work(rows: Range<usize>, weigh: bool) -> Found {
        found(sum(&table()[rows]), weigh)
    }
    table();
    // SAFETY: this program has one thread while it measures, and holds nothing that must not exist twice.
    let fork = unsafe { StartMethod::fork() };
    let [lower, upper] = halves(len).map(|half| Process::new(work, (half, weigh)).start_method(fork).start());
    both([lower?, upper?])
}

fn by_threads(len: usize, _: bool) -> anyhow::Result<[Found; 2]> {
    let table = table();
    let [lower, upper] = halves(len).map(|half| thread::spawn(move || sum(&table[half])));
    let sum = |thread: thread::JoinHandle<f64>| {
        thread.join().map_err(|_| anyhow::Error::msg("a thread has panicked")).map(|sum| (sum, 0.0))
    };
    Ok([sum(lower)?, sum(upper)?])
}
