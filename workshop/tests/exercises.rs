//! Each exercise: what a participant begins with fails for the reason meant, the solution passes, on a busy machine too, and
//! leaves nothing behind. With `FULL=1` it has to pass twenty times there.
//!
//! `WORKSHOP_RUNS=write cargo test --test exercises` records again how the solutions run.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

use records::{
    machine::machine,
    shape::{is_forkserver, stands_by},
    sound,
    timeline::{Run, SCHEMA, Timeline},
};
use supervisor::{load::under_load, oracle::clean, share};
use workshop::{ALL, Exercise, Failure, Trial, Trouble, trial::Step};

/// The tests of these exercises, and the list of them.
macro_rules! exercises {
    ($($name:ident)*) => {
        const TESTED: &[&str] = &[$(stringify!($name)),*];
        $(mod $name {
            #[test]
            fn what_it_begins_with_fails_for_the_reason_meant() {
                let failure = crate::failing(stringify!($name));
                crate::beside_it(stringify!($name)).bind(|| insta::assert_snapshot!("start", failure));
            }

            #[test]
            fn the_solution_passes_on_a_busy_machine() {
                crate::passes(stringify!($name));
            }

            #[test]
            fn the_recorded_runs_are_such_runs() {
                crate::recorded(stringify!($name));
            }
        })*
    };
}

exercises! {
    forecast_takes_seconds
    half_a_line
    counted_in_turn
    draft_left_behind
    journal_left_open
    ready_too_early
    leaves_zombies
    takes_six_graces
    wins_by_giving_up
    deadline_moves_on
    one_cpu_is_slow
    digits_depend_on_processes
    report_comes_twice
    hangs_beside_a_thread
    table_made_by_each
    one_request_ends_all
    choice_ignored
    one_method_for_all
    notes_of_another_order
    one_station_stops_all
    tellers_in_a_circle
    vouchers_over_the_limit
    seller_crashes
    words_go_missing
    queue_stalls
    barrier_waits_for_the_dead
    end_still_open
    log_loses_lines
    table_sent_to_each
    pages_lost_on_the_way
    search_goes_on
    longest_comes_last
    guest_pays_twice
    receipts_numbered_by_each
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the book's root")
}

fn exercise(name: &str) -> &'static Exercise {
    Exercise::find(name).expect("an exercise of this name")
}

/// An example of this package, which Cargo has built for its tests.
fn example(name: &str) -> PathBuf {
    let test = env::current_exe().expect("the path of this test");
    let profile = test.ancestors().nth(2).expect("a test is in target/<profile>/deps");
    profile.join("examples").join(name)
}

fn check(name: &str, which: &str, on_step: &mut dyn FnMut(Step<'_>)) -> Result<(), Trouble> {
    let exercise = exercise(name);
    let program = example(&format!("{name}_{which}"));
    clean(|| (exercise.check)(&mut Trial::new(exercise.name, &program, None, on_step)?))
}

/// What a participant sees who checks the starting point.
fn failing(name: &str) -> String {
    let mut text = String::new();
    let mut on_step = |step: Step<'_>| {
        if let Step::Passed(what) = step {
            text += &format!("passed: it {what}\n");
        }
    };
    match check(name, "start", &mut on_step) {
        Err(Trouble::Failure(failure)) => {
            let Failure { what, look, seen } = *failure;
            text + &format!("failed: {what}\nlook at: {look}\nthe run: {}\n", seen.command)
        }
        Err(other) => panic!("{other}"),
        Ok(()) => panic!("the starting point passes"),
    }
}

/// Keeps what the starting point fails by, `start.snap`, in the exercise's folder.
fn beside_it(name: &str) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join(exercise(name).folder()));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

fn passes(name: &str) {
    under_load(|| {
        for round in 1..=share::times(1, 20) {
            check(name, "solution", &mut |_| {}).unwrap_or_else(|trouble| panic!("round {round}: {trouble}"));
        }
    });
}

/// The first run of the solution with each arguments.
fn runs(name: &str) -> Vec<(PathBuf, Timeline)> {
    let mut runs: Vec<(PathBuf, Timeline)> = vec![];
    let mut on_step = |step: Step<'_>| {
        let Step::Ran(seen) = step else { return };
        let path = exercise(name).good_run(&seen.args);
        if let (Some(run), false) = (&seen.timeline, runs.iter().any(|(known, _)| *known == path)) {
            let listing = format!("workshop/{name}");
            let timeline =
                Timeline { schema: SCHEMA, listing, machine: machine(), runs: vec![run.clone()], seen: None };
            runs.push((path, timeline));
        }
    };
    check(name, "solution", &mut on_step).expect("the solution passes");
    runs
}

fn recorded(name: &str) {
    let runs = runs(name);
    let folder = root().join(exercise(name).folder()).join("runs");
    if env::var_os("WORKSHOP_RUNS").is_some_and(|what| what == "write") {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder for the runs");
        for (path, timeline) in &runs {
            fs::write(root().join(path), timeline.to_string()).expect("the file");
        }
    }
    let files: BTreeSet<PathBuf> = fs::read_dir(&folder)
        .expect("the folder of the runs: `WORKSHOP_RUNS=write cargo test --test exercises` makes it")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    assert_eq!(
        files,
        runs.iter().map(|(path, _)| root().join(path)).collect(),
        "a file for each way to run it"
    );
    for (path, fresh) in runs {
        let recorded = Timeline::read(&root().join(&path)).expect("a timeline");
        assert_eq!(sound::problems(&recorded.runs[0]), Vec::<String>::new(), "{}", path.display());
        let [expected, found] = [&recorded, &fresh].map(|timeline| names(&timeline.runs[0]));
        // One that a signal has ended before it took its name has only its place among its siblings.
        let is_known = |who: &(&str, &str)| who.0.starts_with("child ") || expected.contains(who);
        assert!(
            found.len() == expected.len() && found.iter().all(is_known),
            "{}: its processes: {found:?} in place of {expected:?}",
            path.display()
        );
    }
}

/// The processes of a run, and who started each. Of a forkserver's children only those count that became somebody: how many stand by
/// differs from run to run, and of two servers either may have forked a child.
fn names(run: &Run) -> BTreeSet<(&str, &str)> {
    let parent = |at: usize| match run.processes[at].parent {
        Some(parent) if is_forkserver(run, parent) => "a forkserver",
        Some(parent) => &run.processes[parent].name,
        None => "nobody",
    };
    let some = (0..run.processes.len()).filter(|&at| !stands_by(run, at));
    some.map(|at| (run.processes[at].name.as_str(), parent(at))).collect()
}

#[test]
fn each_exercise_is_whole_and_tested() {
    let folders: BTreeSet<String> = fs::read_dir(root().join("workshop/exercises"))
        .expect("the exercises")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .collect();
    let names: BTreeSet<String> = ALL.iter().map(|exercise| exercise.name.to_owned()).collect();
    assert_eq!(names.len(), ALL.len(), "each name once");
    assert_eq!(folders, names, "a folder each, and no other");
    assert_eq!(names, TESTED.iter().map(|&name| name.to_owned()).collect(), "each is tested");
    for exercise in ALL {
        exercise.text(root()).unwrap_or_else(|e| panic!("{e}"));
        let page = root().join("src").join(exercise.page).with_extension("md");
        assert!(page.is_file(), "{}: there is no page {}", exercise.name, page.display());
    }
}
