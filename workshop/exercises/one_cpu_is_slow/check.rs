//! The CPU that is slow gets fewer parts, whichever it is, and the digits are those of the parts in their order.

use std::collections::BTreeSet;

use records::timeline::What;
use supervisor::event::Stream;

use crate::{
    failure::Trouble,
    seen::Seen,
    trial::{Trial, with},
};

const PARTS: usize = 12;
/// More parts on the slow CPU mean that the other one was idle while there was work.
const MOST: usize = 4;
const LAST: &str = "pi, about: 3.1415787647008986";

pub(crate) fn check(trial: &mut Trial<'_>) -> Result<(), Trouble> {
    let mut runs = vec![];
    for slow in [1, 0] {
        let run = trial.run(&with([slow.to_string()]))?;
        run.must_succeed()?;
        runs.push((slow, run));
    }
    trial.passed("ends");

    for (_, run) in &runs {
        each_part_once(run)?;
    }
    trial.passed("computes each part once, in a child");

    for (_, run) in &runs {
        one_at_a_time(run)?;
    }
    trial.passed("has at most one process on a CPU at a time");

    for (slow, run) in &runs {
        let share = parts(run).iter().filter(|(_, _, cpu)| cpu == slow).count();
        run.must(
            (1..=MOST).contains(&share),
            format!("CPU {slow} is slow, and has to compute 1 to {MOST} of the {PARTS} parts; it computed {share}."),
            "Look at the end of the timeline: which CPU works there, and when did the program decide which CPU computes which part?",
        )?;
    }
    trial.passed("gives the slow CPU fewer parts, whichever it is");

    for (_, run) in &runs {
        let last = run.lines().pop().unwrap_or_default();
        run.must(
            last == LAST,
            format!("The last line has to be “{LAST}”; it is “{last}”."),
            "Which sums are added, and in which order? “Why halves do not take equal time” on the page says what is true of \
         floating-point numbers.",
        )?;
    }
    trial.passed("prints the same digits, whichever part was ready first");
    Ok(())
}

/// Who printed that it computed which part on which CPU.
fn parts(run: &Seen) -> Vec<(usize, usize, usize)> {
    let lines = run.events().iter().filter_map(|event| match &event.what {
        What::Write { to: Stream::Stdout, text } => Some((event.process, text)),
        _ => None,
    });
    let lines = lines.flat_map(|(process, text)| text.lines().map(move |line| (process, line)));
    let parts = lines.filter_map(|(process, line)| {
        let (part, cpu) = line.strip_prefix("part ")?.split_once(" on CPU ")?;
        Some((process, part.parse().ok()?, cpu.parse().ok()?))
    });
    parts.collect()
}

fn each_part_once(run: &Seen) -> Result<(), Trouble> {
    let mut computed: Vec<usize> = parts(run).iter().map(|&(_, part, _)| part).collect();
    computed.sort_unstable();
    let wrong = (0..PARTS).find(|part| computed.iter().filter(|it| *it == part).count() != 1);
    run.must(
        computed == Vec::from_iter(0..PARTS),
        match wrong {
            Some(part) => {
                let times = computed.iter().filter(|&&it| it == part).count();
                format!(
                    "It has to compute each part from 0 to 11 once; part {part} was computed {times} times."
                )
            }
            None => "It has to compute the parts from 0 to 11, and no other.".to_owned(),
        },
        "Look at its output, and at which CPU gets which part.",
    )?;
    let by_main = parts(run).into_iter().find(|&(process, _, _)| process == 0).map(|(_, part, _)| part);
    run.must(
        by_main.is_none(),
        format!(
            "Each part has to be computed in a child; “main” computed part {}.",
            by_main.unwrap_or_default()
        ),
        "Look in the timeline for that line of output, and for who writes it.",
    )
}

/// A process is on the CPU that its lines name, from its start to its end.
fn one_at_a_time(run: &Seen) -> Result<(), Trouble> {
    let placed: BTreeSet<(usize, usize)> =
        parts(run).iter().map(|&(process, _, cpu)| (process, cpu)).collect();
    let cpus = |process: usize| {
        let of_it = placed.iter().filter(move |(it, _)| *it == process);
        of_it.map(|&(_, cpu)| cpu).collect::<Vec<_>>()
    };
    let mut busy: Vec<(usize, usize)> = vec![];
    let mut begun = BTreeSet::new();
    for event in run.events() {
        // One that a forkserver has forked ahead is at work when it begins to sum, which is to sleep.
        let begins = match &event.what {
            What::Start { child, .. } if !run.is_from_forkserver(*child) => Some(*child),
            What::Sleep(call) if call.contains("nanosleep") => Some(event.process),
            _ => None,
        };
        if let Some(child) = begins.filter(|&child| begun.insert(child)) {
            for cpu in cpus(child) {
                let taken = busy.iter().any(|&(it, _)| it == cpu);
                run.must(
                    !taken,
                    format!(
                        "A CPU does one thing at a time; {} was started for CPU {cpu} while another process was at work \
                         there.",
                        run.name(child)
                    ),
                    "In the timeline, find the start of this process: which process prints that it is on this CPU, too, and has \
                     not ended by then?",
                )?;
                busy.push((cpu, child));
            }
        }
        if matches!(event.what, What::End(_)) {
            busy.retain(|&(_, process)| process != event.process);
        }
    }
    Ok(())
}
