//! Adding up the counts of many chapters: in the caller, in a tree, and in larger tasks.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::time::Instant;

use anyhow::ensure;
use multiprocess::{Pool, TaskError};

use crate::goal::Goal;
use crate::group::Group;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "pool_merge",
    heads: ("Counting the words of 240 chapters, in a pool of two", Some("times the first")),
    unit: Unit::Microseconds,
    rounds: 30,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok(format!(
            "The chapters are the twelve of *Alice's Adventures in Wonderland*, {COPIES} times. The text is a part of the \
             program. A task returns the number of times that each word is in its part. The caller adds these results \
             up, or tasks add two of them in each round of a tree. The pool is kept.\n"
        ))
    },
    page: None,
};

const ALICE: &str = include_str!("../../pool/text/alice.txt");
const COPIES: usize = 20;

type Counts = HashMap<String, u64>;

fn count(text: &str) -> Counts {
    let mut counts = Counts::new();
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    counts
}

fn count_text(chapter: String) -> Counts {
    count(&chapter)
}

fn count_range(chapter: Range<usize>) -> Counts {
    count(&ALICE[chapter])
}

fn merge(several: Vec<Counts>) -> Counts {
    let mut all = several.into_iter();
    all.next().map_or_else(Counts::new, |first| all.fold(first, add))
}

fn add(mut sum: Counts, counts: Counts) -> Counts {
    for (word, times) in counts {
        *sum.entry(word).or_default() += times;
    }
    sum
}

/// All chapters of all copies, of which the program has one.
fn chapters() -> Vec<Range<usize>> {
    let starts = ALICE.match_indices("CHAPTER ").map(|(at, _)| at);
    let ends: Vec<usize> = starts.chain([ALICE.len()]).collect();
    let one: Vec<_> = ends.windows(2).map(|pair| pair[0]..pair[1]).collect();
    vec![one; COPIES].concat()
}

fn in_tree(pool: &Pool) -> anyhow::Result<Counts> {
    let mut results = pool.map(count_range, chapters());
    while results.len() > 1 {
        let mut counts = results.into_iter().collect::<Result<Vec<_>, TaskError>>()?.into_iter();
        let mut pairs = Vec::new();
        while let Some(first) = counts.next() {
            pairs.push([first].into_iter().chain(counts.next()).collect());
        }
        results = pool.map(merge, pairs);
    }
    Ok(results.pop().expect("there are chapters")?)
}

fn sum(results: impl IntoIterator<Item = Result<Counts, TaskError>>) -> anyhow::Result<Counts> {
    results.into_iter().try_fold(Counts::new(), |sum, counts| Ok(add(sum, counts?)))
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let pool = Rc::new(Pool::new(2)?);
    let right: Rc<Counts> =
        Rc::new(count(ALICE).into_iter().map(|(word, times)| (word, times * COPIES as u64)).collect());
    let case = |name: &str, call: fn(&Pool) -> anyhow::Result<Counts>| {
        let (pool, right) = (Rc::clone(&pool), Rc::clone(&right));
        let timed = move || {
            let begun = Instant::now();
            let counts = call(&pool)?;
            let took = begun.elapsed();
            ensure!(counts == *right, "wrong counts");
            Ok(took.as_secs_f64() * 1e6)
        };
        Case::new(name, timed)
    };
    let ranges = "ranges, added by the caller";
    Ok(vec![
        case(ranges, |pool| sum(pool.map(count_range, chapters()))),
        case("texts, added by the caller", |pool| {
            let texts = chapters().into_iter().map(|chapter| ALICE[chapter].to_owned());
            sum(pool.map(count_text, texts))
        })
        .over(ranges),
        case("ranges, added in a tree", in_tree).over(ranges),
        case("ranges of twelve chapters, added by the caller", |pool| {
            sum(pool.map(count_range, vec![0..ALICE.len(); COPIES]))
        })
        .over(ranges),
        case("one process", |_| {
            Ok(chapters().into_iter().map(|chapter| count(&ALICE[chapter])).fold(Counts::new(), add))
        })
        .over(ranges),
    ])
}
