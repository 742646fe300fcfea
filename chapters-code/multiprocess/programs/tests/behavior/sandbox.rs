//! Where the kernel refuses a system call, or the machine lacks what is usually there: children work all the same, or there is an error
//! before any work is done, which says what was refused. Nothing hangs, no result is lost, nothing is said that is not so.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use multiprocess_programs::os::sandbox::{CALLS, LEFT_OUT};
use supervisor::End;

use crate::common::{Program, Ran, program, tell, without_pid};
use crate::methods::{Method, every_method};

/// The errors by which sandboxes refuse a call: the usual one, and that of a kernel which does not have it.
const ERRORS: [(&str, i32); 2] = [("EPERM", libc::EPERM), ("ENOSYS", libc::ENOSYS)];

/// The groups of children that the program starts, and how many there are in each.
const GROUPS: [(&str, usize); 3] = [("one", 1), ("daemon", 1), ("twenty", 20)];

fn refusing(call: &str, errno: i32) -> Program {
    program!("refuses_a_call").arg(call).arg(errno.to_string()).within(Duration::from_secs(10)).untraced()
}

/// What came of one group of children: what its errors say, if there are any; `Err` if the contract is broken.
fn judge_group(ran: &Ran, group: &str, count: usize) -> Result<Option<String>, String> {
    let lines = ran.lines();
    let (mut started, mut joined, mut errors) = (Vec::new(), 0, Vec::new());
    for line in lines.iter().filter_map(|line| line.strip_prefix(&format!("{group} "))) {
        let (number, rest) = line.split_once(' ').ok_or_else(|| format!("it prints {line:?}"))?;
        match rest {
            "runs" => started.push(number),
            "joins" => joined += 1,
            error => errors.push((number, without_pid(error))),
        }
    }
    let different: BTreeSet<&str> = started.iter().copied().collect();
    if different.len() != started.len() {
        return Err("a target ran twice".to_owned());
    }
    if joined + errors.len() != count {
        return Err(format!("{} of {count} were told of", joined + errors.len()));
    }
    for (number, error) in &errors {
        let error = without_name(error);
        if different.contains(number) {
            return Err(format!("{} of {count} results are lost: {error}", errors.len()));
        }
        let before = error.starts_with("start: ") || error.contains(" gave no result, because ");
        let guesses = ["killed", "signal", "somebody"].iter().any(|guess| error.contains(guess));
        if !before || guesses || !error.contains("(os error ") {
            return Err(format!("the cause is wrong or missing: {error}"));
        }
    }
    Ok(errors.first().map(|(_, error)| without_name(error)))
}

/// The sentence with `…` for the name of a process that has none of its own.
fn without_name(sentence: &str) -> String {
    let words = sentence.split(' ').map(|word| if word.starts_with("Process-") { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// What came of a run, in a few words; `Err` if the contract is broken.
fn judge(ran: &Ran) -> Result<String, String> {
    let printed = ran.stderr().lines().next().map(|line| format!(" [{line}]")).unwrap_or_default();
    match ran.0.ended() {
        End::Exit(0) => {}
        End::Deadline => {
            return Err(format!("it hangs, the last line being {:?}{printed}", ran.lines().last()));
        }
        end => return Err(format!("the program ends with {end}{printed}")),
    }
    let mut words = Vec::new();
    for (group, count) in GROUPS {
        let judged =
            judge_group(ran, group, count).map_err(|broken| format!("{group}: {broken}{printed}"))?;
        words.extend(judged.filter(|judged| !words.contains(judged)));
    }
    Ok(if words.is_empty() { WORKS.to_owned() } else { words.join("; ") })
}

const WORKS: &str = "works";

/// What comes of children by this method where the call is refused with the error; `Err` if the contract is broken.
fn outcome(method: Method, call: &str, errno: i32) -> Result<String, String> {
    let judged = judge(&refusing(call, errno).run_to_its_end_or_the_deadline());
    // What is promised of a program is promised where programs can live; a forked child lives already.
    if judged.is_err() && method != Method::Fork {
        let alone = refusing(call, errno).arg("without the library").run_to_its_end_or_the_deadline();
        if alone.stdout() != "it lives\n" {
            return Ok("left out, as no Rust program can begin there".to_owned());
        }
    }
    judged
}

#[test]
fn whichever_system_call_is_refused_children_work_or_an_error_names_it_before_work_is_done() {
    let mut broken = Vec::new();
    every_method(|method| {
        let (mut works, mut table) = (Vec::new(), String::new());
        for call in CALLS {
            let outcomes = ERRORS.map(|(error, errno)| (error, outcome(method, call.name, errno)));
            if outcomes.iter().all(|(_, outcome)| outcome.as_deref() == Ok(WORKS)) {
                works.push(call.name);
                continue;
            }
            for (error, outcome) in outcomes {
                let row = format!("{:<10} {:<22} {error:<6}", method.name(), call.name);
                match outcome {
                    Ok(words) => writeln!(table, "{row} {words}"),
                    Err(words) => {
                        broken.push(format!("{row} {words}"));
                        writeln!(table, "{row} BROKEN: {words}")
                    }
                }
                .expect("a string takes it");
            }
        }
        tell(&format!("{table}{:<10} works without {}\n", method.name(), works.join(", ")));
    });
    for (calls, reason) in LEFT_OUT {
        tell(&format!("left out: {calls}, as {reason}\n"));
    }
    assert!(broken.is_empty(), "{} times it is broken:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn in_a_root_folder_without_proc_children_work_or_an_error_says_what_is_missing() {
    every_method(|method| {
        for who in ["root", "nobody", "root of its own"] {
            for before in [false, true] {
                let mut program = program!("in_a_chroot").arg(who).within(Duration::from_secs(20)).untraced();
                if before {
                    program = program.arg("started before");
                }
                let ran = program.run();
                if ran.stdout() == "not possible\n" {
                    tell(&format!("{}: as {who} it cannot enter a root folder\n", method.name()));
                    continue;
                }
                let lines = ran.lines();
                let (runs, results): (Vec<_>, Vec<_>) =
                    lines.iter().partition(|line| line.ends_with(" runs"));
                let works = results.iter().filter(|line| **line == "Ok(42)").count();
                assert_eq!((runs.len(), results.len()), (works, 2), "{who}, {before}: {ran:?}");
                for line in results {
                    let clear = line == "Ok(42)" || line.contains("(os error 2)");
                    assert!(clear, "{who}, {before}: {line:?} does not say what is missing: {ran:?}");
                }
            }
        }
    });
}

#[test]
fn a_start_that_fails_for_want_of_a_descriptor_has_run_no_target() {
    every_method(|_| {
        let ran = program!("runs_before_it_is_known").run();
        let lines = ran.lines();
        match lines[0].as_str() {
            "Ok(42)" => assert_eq!(lines[1], r#"["the target runs"]"#, "{ran:?}"),
            error => {
                assert!(error.contains("Operation not permitted (os error 1)"), "{ran:?}");
                assert_eq!(lines[1], "[]", "the start failed, and the target has run: {ran:?}");
            }
        }
    });
}
