//! Each block and the result are the same for every number of processes, and the blocks differ.

use records::timeline::What;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, with},
};

const BLOCKS: usize = 24;
/// The numbers of processes that it is run with. One sum of floats may agree with another by chance; not this many.
const COUNTS: [usize; 6] = [1, 2, 3, 5, 10, 24];
const LAST: &str = "pi, about: ";
/// How much of a block's mean one of its 500 places can be.
const ONE_PLACE: f64 = 4.0 / 500.0;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let mut runs = vec![];
    for count in COUNTS {
        let run = trial.run(&with([count.to_string()]))?;
        run.must_succeed()?;
        runs.push((count, run));
    }
    trial.passed("ends");

    for (count, run) in &runs {
        all_at_once(*count, run)?;
    }
    trial.passed("starts as many children as it is told to before it collects one");

    let mut values = vec![];
    for (count, run) in &runs {
        values.push(blocks(*count, run)?);
    }
    trial.passed("has each block computed once, and shares the blocks");

    for ((count, run), blocks) in runs.iter().zip(&values) {
        same_blocks(*count, run, &values[0], blocks)?;
    }
    trial.passed("computes the same blocks, whatever the number of processes");

    unequal(&runs[0].1, &values[0])?;
    trial.passed("has other random numbers in each block");

    let expected = last(&runs[0].1);
    for (count, run) in &runs {
        let line = last(run);
        run.must(
            line == expected,
            format!("With 1 process the last line is “{expected}”, with {count} it is “{line}”."),
            "The blocks are the same. In which order are they added up, and which sums are formed first? See “The same \
             digits” on the page.",
        )?;
    }
    is_the_mean(&runs[0].1, &values[0])?;
    trial.passed("prints the same digits, whatever the number of processes");
    Ok(())
}

fn same_blocks(count: usize, run: &Seen, first: &[String], blocks: &[String]) -> Result<(), Trouble> {
    let other = (0..BLOCKS).find(|&block| first[block] != blocks[block]);
    let block = other.unwrap_or_default();
    run.must(
        other.is_none(),
        format!(
            "Each block has to be the same for every number of processes; block {block} is not the same with {count} as with 1."
        ),
        format!(
            "Run it with 1 and with {count}, and look at the lines of block {block}. Which random numbers does it get, \
             and what do they depend on?"
        ),
    )
}

fn all_at_once(count: usize, run: &Seen) -> Result<(), Trouble> {
    let workers = run.workers();
    let children = workers.len();
    let started =
        run.events().iter().take_while(|event| !matches!(event.what, What::Waited { collected: Some(_) }));
    let started = started
        .filter(|event| matches!(&event.what, What::Start { child, .. } if workers.contains(child)))
        .count();
    run.must(
        children == count && started == count,
        format!(
            "With the argument {count} it has to start {count}, all of them before it collects the first; it started \
             {children}, {started} of them before."
        ),
        "Look in the timeline for the starts, and for the first line with “collects”.",
    )
}

/// The text of each block, once each of them has been printed once, and each child has its share.
fn blocks(count: usize, run: &Seen) -> Result<Vec<String>, Trouble> {
    let mut blocks: Vec<(usize, String)> = run.lines().iter().filter_map(|line| block(line)).collect();
    blocks.sort_by_key(|(block, _)| *block);
    run.must(
        blocks.iter().map(|(block, _)| *block).eq(0..BLOCKS),
        format!("Each block from 0 to 23 has to have one line; {} lines name a block.", blocks.len()),
        "Look at its output: which block is missing, or appears twice?",
    )?;
    let share = |child: &usize| {
        let texts = run.events().iter().filter_map(|event| match &event.what {
            What::Write { text, .. } if event.process == *child => Some(text),
            _ => None,
        });
        texts.flat_map(|text| text.lines()).filter_map(block).count()
    };
    let shares: Vec<usize> = run.workers().iter().map(share).collect();
    let even = shares.iter().all(|&share| share == BLOCKS / count || share == BLOCKS.div_ceil(count));
    run.must(
        even,
        format!("The blocks have to be shared evenly by {count} children; they have {shares:?}."),
        "Find in the timeline which process prints the lines of the blocks.",
    )?;
    Ok(blocks.into_iter().map(|(_, value)| value).collect())
}

fn block(line: &str) -> Option<(usize, String)> {
    let (block, value) = line.strip_prefix("block ")?.split_once(": ")?;
    Some((block.parse().ok()?, value.to_owned()))
}

fn unequal(run: &Seen, blocks: &[String]) -> Result<(), Trouble> {
    let twin = |at: usize| (0..at).find(|&before| blocks[before] == blocks[at]);
    let twins = (0..BLOCKS).find_map(|at| Some((twin(at)?, at)));
    let (one, other) = twins.unwrap_or_default();
    run.must(
        twins.is_none(),
        format!("No two blocks may be equal; block {one} and block {other} are."),
        "They have the same random numbers. See “Darts, and the same darts again” on the page.",
    )?;
    let values: Vec<f64> = blocks.iter().filter_map(|value| value.parse().ok()).collect();
    let apart = values.windows(2).any(|pair| (pair[0] - pair[1]).abs() > ONE_PLACE);
    run.must(
        apart,
        "Each block has to have places of its own; each differs from the next one by no more than a single place can make.",
        "Look at the values of neighboring blocks. Where in the stream of random numbers does each of them begin?",
    )
}

fn last(run: &Seen) -> String {
    run.lines().pop().unwrap_or_default()
}

fn is_the_mean(run: &Seen, blocks: &[String]) -> Result<(), Trouble> {
    let values = blocks.iter().filter_map(|value| value.parse::<f64>().ok());
    let mean = values.sum::<f64>() / BLOCKS as f64;
    let line = last(run);
    let printed = line.strip_prefix(LAST).and_then(|value| value.parse::<f64>().ok());
    run.must(
        printed.is_some_and(|printed| (printed - mean).abs() < 2e-14),
        format!(
            "The last line has to be “{LAST}” and the mean of the blocks with all its digits; it is “{line}”."
        ),
        "Look at what is added up, what it is divided by, and how it is printed.",
    )
}
