//! Waiting for many children at once, beside one system call on the same descriptors.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::ensure;
use multiprocess::{Child, Process, wait};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::goal::{Bound::AtMost, Goal};
use crate::group::Group;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "waiting",
    heads: ("Asking which of the children have ended", Some("times `poll`")),
    unit: Unit::Microseconds,
    rounds: 200,
    cases,
    goals,
    note: || Ok(String::new()),
    page: None,
};

const COUNTS: [usize; 4] = [1, 10, 100, 1000];

fn ours(count: usize, ended: bool) -> String {
    format!("{count}, {} ended: `wait`", if ended { "one" } else { "none" })
}

fn bare(count: usize, ended: bool) -> String {
    format!("{count}, {} ended: `poll(2)`", if ended { "one" } else { "none" })
}

/// Children that sleep until they are dropped.
struct Sleepers(Vec<Child<()>>);

impl Sleepers {
    fn start(count: usize) -> anyhow::Result<Sleepers> {
        let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
        let sleep = || loop {
            std::thread::park();
        };
        let start = |_| Process::new(sleep, ()).daemon(true).start();
        Ok(Sleepers((0..count).map(start).collect::<Result<_, _>>()?))
    }

    /// So many of them, the last one being the one that has ended.
    fn of(&self, count: usize, ended: bool) -> Vec<BorrowedFd<'_>> {
        let running = self.0.len() - 1;
        let last = if ended { self.0.len() } else { running };
        self.0[last - count..last].iter().map(AsFd::as_fd).collect()
    }
}

impl Drop for Sleepers {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.join();
        }
    }
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let sleepers = Rc::new(Sleepers::start(COUNTS[3] + 1)?);
    let [.., last] = &sleepers.0[..] else { unreachable!("there are many") };
    last.kill()?;
    wait(&[last.as_fd()], None)?;
    let mut cases = Vec::new();
    for (count, ended) in COUNTS.map(|count| (count, false)).into_iter().chain([(COUNTS[3], true)]) {
        let these = Rc::clone(&sleepers);
        cases.push(
            Case::new(bare(count, ended), move || poll(&these.of(count, ended), ended))
                .over(bare(count, ended)),
        );
        let these = Rc::clone(&sleepers);
        cases.push(
            Case::new(ours(count, ended), move || ask(&these.of(count, ended), ended))
                .over(bare(count, ended)),
        );
    }
    Ok(cases)
}

/// How long one call takes, in microseconds: one alone may be too short to be timed.
fn each(count: usize, mut call: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let calls = (2000 / count).max(4);
    let started = Instant::now();
    for _ in 0..calls {
        call()?;
    }
    Ok(started.elapsed().as_secs_f64() * 1e6 / calls as f64)
}

fn ask(things: &[BorrowedFd<'_>], ended: bool) -> anyhow::Result<f64> {
    each(things.len(), || {
        let ready = wait(things, Some(Duration::ZERO))?;
        ensure!(
            ready.len() == usize::from(ended) && ready.iter().all(|&place| place == things.len() - 1),
            "{ready:?}"
        );
        Ok(())
    })
}

fn poll(things: &[BorrowedFd<'_>], ended: bool) -> anyhow::Result<f64> {
    let asked =
        |thing: &BorrowedFd<'_>| libc::pollfd { fd: thing.as_raw_fd(), events: libc::POLLIN, revents: 0 };
    let mut fds: Vec<libc::pollfd> = things.iter().map(asked).collect();
    each(things.len(), || {
        // SAFETY: the array is valid for reads and writes of its length.
        let ready = unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, 0) };
        ensure!(ready == i32::from(ended), "{ready} are ready");
        Ok(())
    })
}

/// One ready child among a thousand; and ten times the children cost no more than ten times as much.
fn goals() -> Vec<Goal> {
    let mut goals = vec![Goal::ratio(ours(COUNTS[3], true), bare(COUNTS[3], true), AtMost(2.0))];
    for [few, many] in [[1, 10], [10, 100], [100, 1000]] {
        goals.push(Goal::ratio(ours(many, false), ours(few, false), AtMost(10.0)));
    }
    goals
}
