//! What a second CPU does for two tasks, and for a computation of which a part is serial.

use std::hint::black_box;
use std::io::{PipeReader, Read, Write, pipe};
use std::thread;
use std::time::{Duration, Instant};

use pi::wide;

use crate::goal::Goal;
use crate::group::Group;
use crate::pinned::{Places, on_one, on_two, pin};
use crate::samples::Case;
use crate::two_clocks::cpu_time;
use crate::unit::Unit;

pub(crate) const TWO_CPUS: Group = Group {
    name: "two_cpus",
    heads: ("Two tasks in two threads", None),
    unit: Unit::Microseconds,
    rounds: 40,
    cases: two_tasks,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("A task that computes adds up 300 million terms. A task that waits reads from a pipe, which another thread \
            writes to after 30 ms.\n"
            .to_owned())
    },
    page: None,
};

pub(crate) const SERIAL_SHARE: Group = Group {
    name: "serial_share",
    heads: ("A computation with a serial part", Some("times alone")),
    unit: Unit::Microseconds,
    rounds: 40,
    cases: shares,
    goals: Vec::<Goal>::new,
    note: || {
        Ok("The serial part has so many percent of 300 million terms. The others are split over two threads. With \
            twice the parallel part, each thread adds up what was to be split.\n"
            .to_owned())
    },
    page: None,
};

const TERMS: u64 = 300_000_000;
const DELAY: Duration = Duration::from_millis(30);

fn two_tasks() -> anyhow::Result<Vec<Case>> {
    let mut places = vec![("one CPU", on_one()?)];
    places.extend(on_two()?.map(|two| ("two CPUs", two)));
    let mut cases = Vec::new();
    for &(name, places) in &places {
        cases.push(elapsed(&format!("both compute, {name}: elapsed"), move || both(places, compute)));
        let used = move || {
            let before = cpu_time()?;
            both(places, compute)?;
            Ok((cpu_time()? - before).as_secs_f64() * 1e6)
        };
        cases.push(Case::new(format!("both compute, {name}: CPU time"), used));
    }
    for &(name, places) in &places {
        cases.push(elapsed(&format!("both wait, {name}: elapsed"), move || both(places, wait)));
    }
    Ok(cases)
}

fn elapsed(name: &str, run: impl Fn() -> anyhow::Result<()> + 'static) -> Case {
    Case::new(name, move || {
        let started = Instant::now();
        run()?;
        Ok(started.elapsed().as_secs_f64() * 1e6)
    })
}

/// Does the task twice, in two threads at these places.
fn both(places: Places, task: fn() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let at = move |cpu| {
        pin(cpu)?;
        task()
    };
    thread::scope(|scope| {
        let threads = [places.ours, places.theirs].map(|cpu| scope.spawn(move || at(cpu)));
        threads.into_iter().try_for_each(|thread| thread.join().expect("it does not panic"))
    })
}

fn compute() -> anyhow::Result<()> {
    add_up(TERMS);
    Ok(())
}

fn wait() -> anyhow::Result<()> {
    let (mut reader, mut writer): (PipeReader, _) = pipe()?;
    let answers = thread::spawn(move || {
        thread::sleep(DELAY);
        writer.write_all(&[42])
    });
    reader.read_exact(&mut [0])?;
    answers.join().expect("it does not panic")?;
    Ok(())
}

fn add_up(terms: u64) {
    black_box(wide::sum(black_box(0..terms)));
}

const SHARES: [u64; 6] = [0, 20, 40, 60, 80, 100];
const ALONE: &str = "alone";

fn shares() -> anyhow::Result<Vec<Case>> {
    let mut cases = vec![
        elapsed(ALONE, || {
            add_up(TERMS);
            Ok(())
        })
        .over(ALONE),
    ];
    for share in SHARES {
        let serial = TERMS * share / 100;
        let parallel = TERMS - serial;
        let split = move || split(serial, parallel / 2);
        cases.push(elapsed(&format!("{share} % serial, two threads"), split).over(ALONE));
        let twice = move || self::split(serial, parallel);
        cases.push(elapsed(&format!("{share} % serial, twice the parallel part"), twice).over(ALONE));
    }
    Ok(cases)
}

/// Adds up so many terms first, and then so many in each of two threads.
fn split(serial: u64, each: u64) -> anyhow::Result<()> {
    add_up(serial);
    thread::scope(|scope| {
        scope.spawn(|| add_up(each));
        add_up(each);
    });
    Ok(())
}
