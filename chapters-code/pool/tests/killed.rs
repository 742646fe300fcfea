//! The batch job of the chapter is killed when some of its results are there, and started again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

const FILES: usize = 150;

#[test]
fn a_killed_job_loses_no_result() {
    for kept in [0, 1, 2, 20, 50, 80, 110, 140] {
        let folder = tempfile::tempdir().expect("a folder");
        for n in 0..FILES {
            let text = format!("{} ", "a".repeat(n + 1)).repeat(100);
            fs::write(folder.path().join(format!("{n}.txt")), text)
                .expect("a file");
        }
        let mut killed = begin(folder.path());
        let deadline = Instant::now() + Duration::from_secs(30);
        while results(folder.path()).len() < kept {
            assert!(Instant::now() < deadline, "it does not get on");
            thread::yield_now();
        }
        killed.kill().expect("it can be killed");
        killed.wait().expect("it has been killed");
        // Its workers end with it, each perhaps after one more result.
        let before = results(folder.path()).len();
        let again = begin(folder.path()).wait_with_output().expect("it runs");
        let report = String::from_utf8_lossy(&again.stdout).into_owned();
        let done = report
            .strip_suffix(" done, 0 set aside\n")
            .and_then(|done| done.parse::<usize>().ok());
        let done = done.unwrap_or_else(|| {
            panic!("{report}{}", String::from_utf8_lossy(&again.stderr))
        });
        assert!(
            done <= FILES - before,
            "{done} were done again, and {before} were there"
        );
        let expected = (0..FILES).map(|n| (n, average(n)));
        assert_eq!(results(folder.path()), expected.collect());
    }
}

fn begin(folder: &Path) -> Child {
    let tests = env::current_exe().expect("this test");
    let examples: PathBuf =
        tests.ancestors().nth(2).expect("target/debug").join("examples");
    let mut job = Command::new(examples.join("averages_kept_at_night"));
    job.arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it can be started")
}

/// The words of the file with that number all have the same length.
fn average(n: usize) -> String {
    format!("{}.00", n + 1)
}

/// Each result that is there, which must be a whole one.
fn results(folder: &Path) -> BTreeMap<usize, String> {
    let mut results = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the folder") {
        let file = entry.expect("an entry").path();
        if file.extension().is_some_and(|it| it == "average") {
            let n = file
                .file_stem()
                .and_then(|stem| stem.to_str()?.parse::<usize>().ok());
            let n = n.expect("a number");
            let result = fs::read_to_string(&file).expect("a result");
            assert_eq!(result, average(n));
            results.insert(n, result);
        }
    }
    results
}
