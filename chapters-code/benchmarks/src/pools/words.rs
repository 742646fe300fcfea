//! Counting the words of a text, in one process and in several.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use anyhow::ensure;
use multiprocess::Pool;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::goal::Goal;
use crate::group::Group;
use crate::helper::Helper;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "pool_words",
    heads: ("Counting the words of a text", Some("times one process")),
    unit: Unit::Microseconds,
    rounds: 30,
    cases,
    goals: Vec::<Goal>::new,
    note: || {
        Ok(format!(
            "The text is {COPIES} copies of *Alice's Adventures in Wonderland*, from `chapters-code/pool/text`. Each copy is a \
             task, which gives the number of times that each word is in it, and the caller adds these numbers up. The texts go \
             to the workers as arguments, and the counts come back as results. rayon's two threads read the texts where they \
             are. All pools have two workers, which are kept.\n"
        ))
    },
    page: None,
};

const COPIES: usize = 30;

const ALONE: &str = "one process";

type Counts = HashMap<String, u64>;

/// Counts the words of texts.
type Call = Box<dyn Fn(&[String]) -> anyhow::Result<Counts>>;

fn count(text: &str) -> Counts {
    let mut counts = Counts::new();
    for word in text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()) {
        *counts.entry(word.to_ascii_lowercase()).or_default() += 1;
    }
    counts
}

fn count_owned(text: String) -> Counts {
    count(&text)
}

fn add(mut sum: Counts, counts: Counts) -> Counts {
    for (word, times) in counts {
        *sum.entry(word).or_default() += times;
    }
    sum
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pool/text/alice.txt");
    let texts: Rc<Vec<String>> = Rc::new(vec![fs::read_to_string(&path)?; COPIES]);
    let right: Rc<Counts> =
        Rc::new(count(&texts[0]).into_iter().map(|(word, times)| (word, times * COPIES as u64)).collect());
    let timed = |call: Call| {
        let (texts, right) = (Rc::clone(&texts), Rc::clone(&right));
        move || {
            let begun = Instant::now();
            let counts = call(&texts)?;
            let took = begun.elapsed();
            ensure!(counts == *right, "wrong counts");
            Ok(took.as_secs_f64() * 1e6)
        }
    };
    let alone = |texts: &[String]| Ok(texts.iter().map(|text| count(text)).fold(Counts::new(), add));
    let rayon = rayon::ThreadPoolBuilder::new().num_threads(2).build()?;
    let by_rayon = move |texts: &[String]| {
        let all = || texts.par_iter().map(|text| count(text)).reduce(Counts::new, add);
        Ok(rayon.install(all))
    };
    let pool = Pool::new(2)?;
    let by_pool = move |texts: &[String]| {
        let counts = pool.imap_unordered(count_owned, texts.iter().cloned());
        counts.into_iter().try_fold(Counts::new(), |sum, counts| Ok(add(sum, counts?)))
    };
    let python = RefCell::new(Helper::pools()?);
    let task = format!("words {COPIES} {}", path.display());
    let by_python = move || python.borrow_mut().time(&task);
    let first = Rc::clone(&texts);
    let one_copy = move || {
        let begun = Instant::now();
        let counts = count(&first[0]);
        let took = begun.elapsed();
        ensure!(!counts.is_empty(), "no words");
        Ok(took.as_secs_f64() * 1e6)
    };
    Ok(vec![
        Case::new("one copy, one process", one_copy),
        Case::new(ALONE, timed(Box::new(alone))).over(ALONE),
        Case::new("rayon", timed(Box::new(by_rayon))).over(ALONE),
        Case::new("our pool", timed(Box::new(by_pool))).over(ALONE),
        Case::new("Python's pool", by_python).over(ALONE),
    ])
}
