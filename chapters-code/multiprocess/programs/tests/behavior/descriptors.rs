//! What is open in a child, and what is still open in its parent afterwards.

use std::fs;

use crate::common::{folder, program};
use crate::methods::{Method, but_not, every_method, only};

/// The text between quotation marks, one for each descriptor: `0 /dev/null`.
fn listed(line: &str) -> Vec<&str> {
    line.split('"').skip(1).step_by(2).collect()
}

#[test]
fn a_child_has_its_standard_descriptors_its_result_a_view_of_its_parent_and_no_other() {
    but_not(&[Method::Fork], "a forked child has all descriptors of its parent", |_| {
        let ran = program!("lists_descriptors").run();
        let line = &ran.lines()[0];
        let [stdin, stdout, stderr, result, alive] = listed(line)[..] else {
            panic!("five descriptors: {line}")
        };
        assert_eq!(stdin, "0 /dev/null");
        assert!(stdout.starts_with("1 pipe:") && stderr.starts_with("2 pipe:"), "{line}");
        assert!(result.ends_with(" /memfd:multiprocess (deleted)"), "{line}");
        assert!(alive.contains(" pipe:"), "{line}");
    })
}

#[test]
fn a_forked_child_has_copies_of_its_parents_descriptors_and_an_empty_input() {
    only(Method::Fork, "the others have no descriptors of their parent", || {
        let ran = program!("lists_descriptors").run();
        let line = &ran.lines()[0];
        let listed = listed(line);
        assert_eq!(listed[0], "0 /dev/null", "{line}");
        for number in [3, 4, 5, 6, 7, 8, 9, 20, 100, 200] {
            let copy = format!("{number} /proc/version");
            assert!(listed.contains(&copy.as_str()), "{copy}: {line}");
        }
        // The end of the pipe that says that the parent is alive is not among them, but the other one is.
        assert_eq!(listed.iter().filter(|one| one.contains(" pipe:")).count(), 3, "{line}");
    });
}

#[test]
fn a_program_that_a_child_starts_has_nothing_of_ours() {
    but_not(&[Method::Fork], "a forked child has all descriptors of its parent", |_| {
        let ran = program!("lists_descriptors").run();
        // 3 is the folder that the program is reading.
        assert_eq!(ran.lines()[1], r#"Ok(("0 1 2 3", false))"#);
    })
}

#[test]
fn a_child_of_a_process_without_standard_descriptors_has_an_empty_input() {
    but_not(&[Method::Fork], "a forked child has all descriptors of its parent", |method| {
        for closed in ["0", "1", "2", "0,1", "1,2", "0,1,2"] {
            let report = folder("closed").join("report");
            program!("closes_standard_descriptors").arg(closed).env("REPORT", &report).run();
            let report = fs::read_to_string(report).expect("the program writes it");
            let [first, second, done] = report.lines().collect::<Vec<_>>()[..] else {
                panic!("{closed}: {report}")
            };
            if method == Method::Spawn {
                assert_eq!(first, second, "{closed}");
            }
            assert_eq!(listed(first).len(), listed(second).len(), "{closed}: {report}");
            assert_eq!(done, "done", "{closed}");
            let listed = listed(first);
            assert_eq!(listed.first(), Some(&"0 /dev/null"), "{closed}: {report}");
            let number = |what: &str| {
                let found = listed.iter().find(|one| one.contains(what) && !one.starts_with(['0', '1', '2']));
                found.unwrap_or_else(|| panic!("{closed}: {report}")).split(' ').next()
            };
            let [result, alive] = [" /memfd:multiprocess (deleted)", " pipe:"].map(number);
            assert!(result < Some("9") && alive < Some("9"), "{closed}: {report}");
            assert!(listed.iter().all(|one| !one.contains("pidfd")), "{closed}: {report}");
        }
    })
}

#[test]
fn thousands_of_children_leave_nothing() {
    every_method(|_| {
        // Traced, with every process seen; and untraced, as often as it is told.
        program!("starts_a_thousand").run().prints(&["nothing is left of 1000 processes"]);
        let ran = program!("starts_a_thousand").repeats(1200, 30_000).run();
        assert!(ran.stdout().starts_with("nothing is left of "), "{ran:?}");
    })
}

#[test]
fn handles_that_are_dropped_leave_no_zombie() {
    but_not(&[Method::Forkserver], "a forkserver collects its children at once", |_| {
        let pipe = folder("dropped").join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
        assert!(made.success());
        program!("drops_handles").env("PIPE", &pipe).run().prints(&["no zombie and no descriptor is left"]);
    })
}
