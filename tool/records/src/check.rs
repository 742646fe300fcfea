//! One listing against its record.
//!
//! A run that its promise allows, given the recorded run, passes as the recorded one: that is the text insta
//! compares then, with the promise that the test states now. Any other run is compared, and shown, as it was. So
//! nothing is ever sorted, and the record stays one real run in the order it had.

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
};

use insta::Settings;

use supervisor::{
    End,
    request::Request,
    run::{Run, run},
};

use crate::{
    catalog::{Language, Listing},
    compiler, fresh, program,
    promise::Promise,
    record::{Record, lines},
    refusal::Refusal,
    roles::Roles,
    trial::Trial,
};

/// Runs a listing of the calling crate and checks it against its record, in one line of a test.
///
/// The first argument is the listing's name, with `.py` for a twin in Python; the second one is the promise, from
/// [`exact`](crate::exact) or [`any_order`](crate::any_order). To be called in a chapter crate's
/// `tests/snapshots.rs`.
///
/// # Panics
///
/// When the run breaks the promise or differs from the record; when there is no record; when the example is not
/// built, or is older than its sources. Without `python3` a twin is not checked, which is said on standard error;
/// with `CI=true` that is a failure.
#[macro_export]
macro_rules! check {
    ($name:expr, $trial:expr $(,)?) => {
        $crate::check!(
            in $crate::check::Place::of_test(env!("CARGO_MANIFEST_DIR")),
            $name,
            $trial
        )
    };
    // For tests of the check itself, whose listings are elsewhere.
    (in $place:expr, $name:expr, $trial:expr $(,)?) => {
        if let Some(compared) = $crate::check::compare(&$place, $name, &$trial) {
            // Expanded where the test is, so that insta's `source:` names the test.
            compared.settings.bind(|| $crate::insta::assert_snapshot!(compared.name, compared.text));
        }
    };
}

/// Compiles a listing of the calling crate that must not compile, and checks what the compiler says of it, in one line of a
/// test.
///
/// The first argument is the listing's name. The others are the codes of all its errors in their order, with
/// [`NO_CODE`](crate::refusal::NO_CODE) for an error that has none.
///
/// Errors and lines are compared with the record under every compiler. The words are compared if the compiler is the recorded
/// one. With `CI=true` they are always compared, except under the oldest Rust that the book supports, so that a new release
/// cannot silently end this check.
///
/// # Panics
///
/// When the listing compiles, has other errors, or differs from the record; when there is no record.
#[macro_export]
macro_rules! refused {
    (in $place:expr, $name:expr, $($code:expr),+ $(,)?) => {{
        let compared = $crate::check::refused(&$place, $name, &[$($code),+]);
        compared.settings.bind(|| $crate::insta::assert_snapshot!(compared.name, compared.text));
    }};
    ($name:expr, $($code:expr),+ $(,)?) => {
        $crate::refused!(in $crate::check::Place::of_test(env!("CARGO_MANIFEST_DIR")), $name, $($code),+)
    };
}

/// Where a chapter's files are.
#[derive(Clone, Debug)]
pub struct Place {
    /// The workspace's root.
    pub root: PathBuf,
    /// The name of the chapter's folder in `chapters-code`.
    pub chapter: String,
    /// The folder of its built examples.
    pub built: PathBuf,
}

impl Place {
    /// The place of the crate whose test is running.
    ///
    /// # Panics
    ///
    /// When the crate is not in `chapters-code`, or this program is not a test binary in a target folder.
    pub fn of_test(manifest_dir: &str) -> Place {
        let chapter = Path::new(manifest_dir);
        let home = chapter.parent().filter(|home| home.ends_with("chapters-code"));
        let root = home.and_then(Path::parent).expect("a chapter's crate is a folder of chapters-code");
        let name = chapter.file_name().expect("a folder has a name").to_string_lossy();
        Place::of_chapter(root, &name)
    }

    /// The place of any chapter, for a test of the whole book: examples are built beside the folder of test binaries.
    ///
    /// # Panics
    ///
    /// When this program is not a test binary in a target folder.
    pub fn of_chapter(root: &Path, chapter: &str) -> Place {
        let test = env::current_exe().expect("the path of this test binary");
        let profile = test.ancestors().nth(2).expect("a test binary is in target/<profile>/deps");
        let built = profile.join("examples");
        Place { root: root.into(), chapter: chapter.into(), built }
    }
}

/// What to hand to insta.
pub struct Compared {
    /// Puts the snapshot where the records are.
    pub settings: Settings,
    /// The name of the record.
    pub name: String,
    /// The text that must equal the record's.
    pub text: String,
}

impl Compared {
    fn new(record: &Path, name: &str, text: String) -> Compared {
        let mut settings = Settings::new();
        settings.set_snapshot_path(record.parent().expect("a record is in a folder"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        Compared { settings, name: name.into(), text }
    }
}

/// Runs the listing. `None` when this machine cannot run it, which has been said then.
///
/// # Panics
///
/// As [`check!`](crate::check!) does, but for the comparison.
pub fn compare(place: &Place, name: &str, trial: &Trial) -> Option<Compared> {
    let listing = Listing::new(&place.chapter, name);
    let request = request(place, &listing)?.args(&trial.args).within(trial.within);
    let hangs = trial.promise.ends == [End::Deadline];
    // A twin lasts until its deadline: what Python waits for are signals.
    let seen_stuck = hangs && listing.language() == Language::Rust;
    let request = if seen_stuck { request.detailed().ended_when_stuck() } else { request };
    let run = run(&request).unwrap_or_else(|e| panic!("{}: {e}", listing.id()));
    assert!(run.truncated.is_empty(), "{}: {:?} is longer than a record can be", listing.id(), run.truncated);

    let path = place.root.join(listing.record());
    let recorded = path.exists().then(|| Record::read(&path).unwrap_or_else(|e| panic!("{e}")));
    let fresh = settle(&run, &trial.promise, recorded.as_ref());
    if let Err(broken) = trial.promise.kept_by(&fresh) {
        // Not left to insta, which would accept this as a new record.
        panic!("{}: {broken}\n\nthe run:\n{fresh}", listing.id());
    }
    let text = match recorded.map(|recorded| (trial.promise.allows(&recorded, &fresh), recorded)) {
        Some((Ok(()), recorded)) => Record { promise: trial.promise.clone(), ..recorded }.to_string(),
        Some((Err(difference), _)) => {
            eprintln!("{}: {difference}", listing.id());
            fresh.to_string()
        }
        None => fresh.to_string(),
    };
    Some(Compared::new(&path, name, text))
}

/// Compiles a listing that must not compile.
///
/// # Panics
///
/// When it compiles, or has other errors than `codes`; when it cannot be compiled at all.
pub fn refused(place: &Place, name: &str, codes: &[&str]) -> Compared {
    let listing = Listing::refused(&place.chapter, name);
    let id = listing.id();
    let source = listing.source();
    assert!(place.root.join(&source).is_file(), "{id}: there is no {}", source.display());
    let deps = place.built.with_file_name("deps");
    let said = compiler::request(&place.root, &listing, &deps)
        .and_then(|request| run(&request).map_err(|e| e.to_string()))
        .and_then(|run| compiler::refusal(&run, &listing))
        .unwrap_or_else(|problem| panic!("{id}: {problem}"));
    let Some(fresh) = said else {
        panic!("{id}: {} compiles it, but its test says that the errors are {codes:?}", compiler::version())
    };
    // Not left to insta, which would accept this as a new record.
    assert_eq!(fresh.codes(), codes, "{id} has other errors than its test says:\n{fresh}");

    let path = place.root.join(listing.record());
    let recorded = path.exists().then(|| Refusal::read(&path).unwrap_or_else(|e| panic!("{e}")));
    let is_kept = |recorded: &Refusal| {
        let has_its_words = recorded.message == fresh.message || !words_count(recorded, &fresh);
        recorded.errors == fresh.errors && has_its_words
    };
    let text = match recorded.filter(|_| !is_recording()) {
        Some(recorded) if is_kept(&recorded) => recorded.to_string(),
        Some(recorded) => {
            let compilers = format!("{} says it differently from {}", fresh.compiler, recorded.compiler);
            eprintln!("{id}: {compilers}. `cargo run -- record {id}` records it anew");
            fresh.to_string()
        }
        None => fresh.to_string(),
    };
    Compared::new(&path, name, text)
}

/// Whether the words of a message are compared, or the errors alone.
fn words_count(recorded: &Refusal, fresh: &Refusal) -> bool {
    let oldest = format!("rustc {}.", env!("CARGO_PKG_RUST_VERSION"));
    let is_ci = env::var_os("CI").is_some_and(|ci| ci == "true");
    recorded.compiler == fresh.compiler || (is_ci && !fresh.compiler.starts_with(&oldest))
}

/// Whether insta was told to accept what it finds, as `book record` tells it.
fn is_recording() -> bool {
    env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always")
}

/// How to run a listing. `None` when this machine cannot run it, which has been said then.
///
/// # Panics
///
/// When the example is not built, or is older than its sources, or asks for a timeline that there is not.
pub fn request(place: &Place, listing: &Listing) -> Option<Request> {
    let source = listing.source();
    assert!(place.root.join(&source).is_file(), "{}: there is no {}", listing.id(), source.display());
    match listing.language() {
        Language::Rust => {
            let built = place.built.join(&listing.name);
            if let Err(problem) = fresh::check(&built, &place.root.join(&source), &place.root) {
                panic!("{}: {problem}; `cargo build --examples` builds it", listing.id());
            }
            Some(program::example(&place.root, listing, &built).unwrap_or_else(|problem| panic!("{problem}")))
        }
        Language::Python => {
            let twin = program::twin(&place.root, listing);
            if twin.is_none() {
                let id = listing.id();
                assert!(
                    env::var_os("CI").is_none_or(|ci| ci != "true"),
                    "{id}: there is no python3 on the PATH"
                );
                // Not `eprintln!`, which is captured: a test that did not run must not look like one that passed.
                let _ = writeln!(io::stderr(), "{id}: not checked, there is no python3 on the PATH");
            }
            twin
        }
    }
}

/// The record of a run. A number that was a pid in it is replaced, unless the record, at the same place, has the
/// number itself.
pub fn settle(run: &Run, promise: &Promise, recorded: Option<&Record>) -> Record {
    let roles = Roles::of(run);
    let none = Vec::new();
    let (stdout, stderr) = recorded.map_or((&none, &none), |recorded| (&recorded.stdout, &recorded.stderr));
    Record {
        promise: promise.clone(),
        ended: run.ended(),
        stdout: settle_output(&roles, &run.stdout, stdout),
        stderr: settle_output(&roles, &run.stderr, stderr),
    }
}

fn settle_output(roles: &Roles, output: &[u8], recorded: &[u8]) -> Vec<u8> {
    let (fresh, newline) = lines(output);
    let (mut pool, _) = lines(recorded);
    let mut settled = vec![];
    for line in fresh {
        let replaced = roles.replace(line);
        // The records's lines, each of which stands for one line of the run.
        let found = pool
            .iter()
            .position(|old| *old == replaced)
            .or_else(|| pool.iter().position(|old| roles.can_give(line, old)));
        match found {
            Some(at) => settled.push(pool.remove(at).to_vec()),
            None => settled.push(replaced),
        }
    }
    let mut output = settled.join(&b'\n');
    if newline && !settled.is_empty() {
        output.push(b'\n');
    }
    output
}
