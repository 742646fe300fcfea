//! The answers are right, hardly any bytes are sent, and all processes have one and the same memory.

use records::timeline::What;
use supervisor::Extras;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, alone, with},
    words::list,
};

const HOURS: u32 = 1 << 18;
const ASKED: [usize; 4] = [0, 1000, 100_000, 200_000];
/// What the program takes without an argument, and another one. No product of it and an hour is too large for a `u32`.
const STEPS: [u32; 2] = [7919, 6007];
/// The table's bytes.
const TABLE: u64 = HOURS as u64 * 4;
/// What all processes together may send: the library sends a little to start each of them.
const LITTLE: u64 = TABLE / 16;

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let extras = Extras { messages: true, memory: true, ..Extras::default() };
    let run = trial.run(&alone().telling(extras))?;
    run.must_succeed()?;
    run.must_print(&answers(STEPS[0]), LOOK)?;
    let other = trial.run(&with([STEPS[1].to_string()]).telling(extras))?;
    other.must_succeed()?;
    other.must_print(&answers(STEPS[1]), LOOK)?;
    trial.passed("finds how many hours were colder, in two tables");

    let workers = run.workers();
    run.must(
        workers.len() == ASKED.len(),
        format!("It has to start a process for each of the four hours; it started {}.", workers.len()),
        "Look in the timeline for the starts.",
    )?;
    trial.passed("asks a process for each of them");

    let sent: u64 = run
        .events()
        .iter()
        .map(|event| if let What::Put { bytes, .. } = event.what { bytes } else { 0 })
        .sum();
    run.must(
        sent <= LITTLE,
        format!("The table has {TABLE} bytes, and all processes together have to send less than {LITTLE}; they sent {sent}."),
        "Look in the timeline at the sizes of the messages. What is in the large ones, and how often is it sent?",
    )?;
    trial.passed("sends only a few bytes");

    let lacking: Vec<&str> =
        [0].into_iter().chain(workers).filter(|&at| !has(&run, at)).map(|at| run.name(at)).collect();
    run.must(
        lacking.is_empty(),
        format!(
            "Main and the four workers have to have the table in the same shared memory; {} {} none that is large enough for it.",
            list(&lacking),
            if lacking.len() == 1 { "has" } else { "have" }
        ),
        "Look in the timeline for “maps”. How else could the table have come to the workers?",
    )?;
    let times = mapped(&run, 0).count();
    run.must(
        times == 1,
        format!("Main has to have the table in shared memory once; it has {times} that are large enough for it."),
        "Look at “maps” in the lane of main. In which line of the program is that memory made, and how often does this line run?",
    )?;
    trial.passed("has the table in one memory, which all processes share");
    Ok(())
}

const LOOK: &str = "Which hour is wrong, and does its worker see all of the table?";

/// Whether that process has memory for the whole table, and main has it, too.
fn has(run: &Seen, process: usize) -> bool {
    mapped(run, process).any(|memory| mapped(run, 0).any(|of_main| of_main == memory))
}

/// What the memory is called that the process has, of all that is large enough for the table.
fn mapped(run: &Seen, process: usize) -> impl Iterator<Item = &str> {
    run.events().iter().filter(move |event| event.process == process).filter_map(|event| match &event.what {
        What::Map { memory, bytes, .. } if *bytes >= TABLE => Some(memory.as_str()),
        _ => None,
    })
}

fn answers(step: u32) -> Vec<String> {
    let table: Vec<u32> = (0..HOURS).map(|hour| 250_000 + hour * step % 60_013).collect();
    let colder = |hour: usize| table.iter().filter(|&&temperature| temperature < table[hour]).count();
    ASKED.iter().map(|&hour| format!("hour {hour}: {} were colder", colder(hour))).collect()
}
