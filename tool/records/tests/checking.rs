//! One listing against its record, through insta, as a chapter's test does it.
//!
//! Each check is a process of its own (`checker`), because insta is steered by the environment.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

use tempfile::TempDir;

/// A workspace with one chapter, `mutants`, whose one listing, `program`, is `listing`.
struct Workspace {
    root: TempDir,
}

struct Outcome {
    passed: bool,
    said: String,
}

impl Workspace {
    fn new() -> Workspace {
        let workspace = Workspace { root: tempfile::tempdir().expect("a temporary folder") };
        fs::create_dir_all(workspace.built().parent().expect("a folder")).expect("a target folder");
        fs::create_dir_all(workspace.source().parent().expect("a folder")).expect("a chapter");
        fs::write(workspace.source(), "// stands for the source of `listing`").expect("a source");
        fs::copy(env!("CARGO_BIN_EXE_listing"), workspace.built()).expect("the example");
        let info = format!("{}: {}\n", workspace.built().display(), workspace.source().display());
        fs::write(workspace.built().with_extension("d"), info).expect("its dep-info");
        workspace
    }

    fn path(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }

    fn source(&self) -> PathBuf {
        self.path("chapters-code/mutants/examples/program.rs")
    }

    fn built(&self) -> PathBuf {
        self.path("target/debug/examples/program")
    }

    fn snap(&self) -> PathBuf {
        self.path("chapters-code/mutants/records/program.snap")
    }

    /// Checks with insta told what to do with a difference.
    fn checked(&self, update: &str, promise: &str, ends: &str, args: &[&str]) -> Outcome {
        self.listing_checked("program", promise, ends, args, &[("INSTA_UPDATE", update)])
    }

    fn listing_checked(
        &self,
        listing: &str,
        promise: &str,
        ends: &str,
        args: &[&str],
        env: &[(&str, &str)],
    ) -> Outcome {
        // Long enough for a busy machine, and short where the deadline is bound to come.
        let within = if matches!(args, ["deaf" | "double_fork", ..]) { "1000" } else { "10000" };
        let output = Command::new(env!("CARGO_BIN_EXE_checker"))
            .arg(self.root.path())
            .args([listing, within, promise, ends])
            .args(args)
            // As Cargo runs a test.
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("INSTA_WORKSPACE_ROOT", concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
            // A backtrace takes longer than the check.
            .env("RUST_BACKTRACE", "0")
            .env_remove("INSTA_FORCE_PASS")
            .env_remove("CI")
            .envs(env.iter().copied())
            .output()
            .expect("the checker");
        Outcome {
            passed: output.status.success(),
            said: String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into(),
        }
    }

    /// A workspace with the record of one run.
    fn recorded(promise: &str, ends: &str, args: &[&str]) -> Workspace {
        let workspace = Workspace::new();
        let outcome = workspace.checked("always", promise, ends, args);
        assert!(workspace.snap().is_file(), "nothing was recorded: {}", outcome.said);
        workspace.assert_passes(promise, ends, args);
        workspace
    }

    fn assert_passes(&self, promise: &str, ends: &str, args: &[&str]) {
        let outcome = self.checked("no", promise, ends, args);
        assert!(outcome.passed, "{promise}, {ends}, {args:?}: {}", outcome.said);
    }

    /// Fails, says why, and writes nothing.
    fn assert_fails(&self, promise: &str, ends: &str, args: &[&str], why: &str) {
        let before = files(self.root.path());
        let outcome = self.checked("no", promise, ends, args);
        assert!(!outcome.passed, "{promise}, {ends}, {args:?} passed");
        assert!(outcome.said.contains(why), "expected {why:?} in: {}", outcome.said);
        assert_eq!(files(self.root.path()), before, "a failing check wrote something");
    }

    fn edit_record(&self, old: &str, new: &str) {
        let text = fs::read_to_string(self.snap()).expect("the record");
        assert_eq!(text.matches(old).count(), 1, "{old:?} in {text}");
        fs::write(self.snap(), text.replace(old, new)).expect("the record");
    }
}

/// Every file below a folder, with what it holds.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = vec![];
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => files.extend(self::files(&path)),
            false => files.push((path.clone(), fs::read(&path).expect("a file"))),
        }
    }
    files.sort();
    files
}

const OK: &str = "exit code 0";
const ABC: [&str; 4] = ["lines", "a", "b", "c"];

#[test]
fn the_record_is_one_real_run_in_the_documented_form() {
    let workspace = Workspace::recorded("any a<c", OK, &["lines", "b", "a", "c"]);
    let snap = fs::read_to_string(workspace.snap()).expect("the record");
    let (metadata, body) = records::record::split_metadata(&snap).expect("a record");
    assert!(metadata.contains("source: tool/records/tests/programs/checker.rs"), "{metadata}");
    let lines = [
        "promise: lines in any order, but",
        "  \"a\" before \"c\"",
        "ended: exit code 0",
        "stdout:",
        "  | b",
        "  | a",
        "  | c",
        "stderr:",
        "",
    ];
    assert_eq!(body, lines.join("\n"));
}

#[test]
fn every_mutation_of_the_record_fails() {
    let mutations = [
        ("a lost line", "  | b\n", ""),
        ("a doubled line", "  | b\n", "  | b\n  | b\n"),
        ("a changed line", "  | b\n", "  | B\n"),
        ("a missing final newline", "  | c\n", "  | c\n  \\ no newline at the end\n"),
        ("a line on the other stream", "  | c\nstderr:\n", "stderr:\n  | c\n"),
        ("a line too many on standard error", "stderr:\n", "stderr:\n  | d\n"),
        ("a changed ending", "ended: exit code 0", "ended: exit code 1"),
    ];
    for promise in ["exact", "any", "any a<c"] {
        let workspace = Workspace::recorded(promise, OK, &ABC);
        let record = fs::read(workspace.snap()).expect("the record");
        for (what, old, new) in mutations {
            workspace.edit_record(old, new);
            println!("{promise}: {what}");
            workspace.assert_fails(promise, OK, &ABC, "the record");
            fs::write(workspace.snap(), &record).expect("the record");
        }
    }
}

#[test]
fn every_mutation_of_the_run_fails() {
    for promise in ["exact", "any", "any a<c"] {
        let workspace = Workspace::recorded(promise, OK, &ABC);
        let differs = "stdout differs from the record";
        workspace.assert_fails(promise, OK, &["lines", "a", "b", "b", "c"], differs);
        workspace.assert_fails(promise, OK, &["lines", "a", "c"], differs);
        workspace.assert_fails(promise, OK, &["text", "a\nb\nc"], differs);
        workspace.assert_passes(promise, OK, &["text", "a\nb\nc\n"]);
    }
}

#[test]
fn the_order_is_held_as_far_as_it_is_promised() {
    let other = ["lines", "b", "a", "c"];
    let broken = ["lines", "c", "b", "a"];
    let exact = Workspace::recorded("exact", OK, &ABC);
    exact.assert_fails("exact", OK, &other, "stdout differs from the record");
    exact.edit_record("  | a\n  | b\n", "  | b\n  | a\n");
    exact.assert_fails("exact", OK, &ABC, "stdout differs from the record");

    let any = Workspace::recorded("any", OK, &ABC);
    any.assert_passes("any", OK, &other);
    any.assert_passes("any", OK, &broken);

    let partial = Workspace::recorded("any a<c", OK, &ABC);
    partial.assert_passes("any a<c", OK, &other);
    partial.assert_fails("any a<c", OK, &broken, "promised \"a\" before \"c\"");
    partial.edit_record("  | a\n  | b\n  | c\n", "  | c\n  | b\n  | a\n");
    partial.assert_fails("any a<c", OK, &ABC, "the record breaks the promise");
}

#[test]
fn a_changed_promise_fails_until_the_record_says_it_too() {
    let promises =
        [("exact", OK), ("any", OK), ("any a<c", OK), ("any a<b", OK), ("exact", "exit code 0, exit code 1")];
    for (promise, ends) in promises {
        let workspace = Workspace::recorded(promise, ends, &ABC);
        for (other, other_ends) in promises.into_iter().filter(|&other| other != (promise, ends)) {
            workspace.assert_fails(other, other_ends, &ABC, "promise");
        }
    }
}

#[test]
fn a_run_ends_as_promised_or_fails() {
    let either = "exit code 3, signal SIGTERM";
    let workspace = Workspace::recorded("exact", either, &["exit", "3"]);
    workspace.assert_passes("exact", either, &["signal", "15"]);
    workspace.assert_fails(
        "exact",
        either,
        &["exit", "4"],
        "promised to end by exit code 3 or signal SIGTERM",
    );
    workspace.assert_fails("exact", either, &["signal", "9"], "it ended: signal SIGKILL");

    let still_running = "still running at the deadline";
    let workspace = Workspace::recorded("exact", still_running, &["deaf"]);
    workspace.assert_fails("exact", still_running, &["lines", "deaf"], "it ended: exit code 0");
}

#[test]
fn a_run_that_breaks_its_promise_is_never_recorded() {
    let workspace = Workspace::new();
    let outcome = workspace.checked("always", "exact", OK, &["exit", "3"]);
    assert!(!outcome.passed && !workspace.snap().exists(), "{}", outcome.said);
}

#[test]
fn a_process_left_behind_breaks_the_promise_to_end() {
    let workspace = Workspace::new();
    let outcome = workspace.checked("always", "exact", OK, &["leaves_an_orphan"]);
    assert!(outcome.said.contains("it ended: still running at the deadline"), "{}", outcome.said);
}

#[test]
fn pids_are_recorded_by_role_and_numbers_as_they_are() {
    let workspace = Workspace::recorded("exact", OK, &["pid_of_main"]);
    workspace.edit_record("main is <pid of main>", "main is <pid of main> ");
    workspace.assert_fails("exact", OK, &["pid_of_main"], "stdout differs");
    workspace.edit_record("main is <pid of main> ", "main is 12");
    workspace.assert_fails("exact", OK, &["pid_of_main"], "stdout differs");
}

#[test]
fn an_output_too_long_to_be_kept_whole_is_refused() {
    let workspace = Workspace::new();
    let outcome = workspace.checked("always", "exact", OK, &["flood", "2000000"]);
    assert!(!outcome.passed && outcome.said.contains("longer than a record can be"), "{}", outcome.said);
}

#[test]
fn a_missing_record_fails() {
    Workspace::new().assert_fails("exact", OK, &ABC, "snapshot");
}

#[test]
fn an_example_that_is_missing_or_stale_is_refused_with_the_command_that_builds_it() {
    let command = "`cargo build --examples` builds it";
    let workspace = Workspace::recorded("exact", OK, &ABC);
    let refused = |why: &str| {
        workspace.assert_fails("exact", OK, &ABC, command);
        workspace.assert_fails("exact", OK, &ABC, why);
    };

    let later = SystemTime::now() + Duration::from_secs(5);
    let source = fs::File::options().write(true).open(workspace.source()).expect("the source");
    source.set_modified(later).expect("another time");
    refused("older than its source");
    source.set_modified(SystemTime::UNIX_EPOCH).expect("another time");
    workspace.assert_passes("exact", OK, &ABC);

    fs::write(workspace.built().with_extension("d"), "program: /elsewhere/program.rs\n")
        .expect("the dep-info");
    refused("was not built from");
    fs::remove_file(workspace.built().with_extension("d")).expect("the dep-info");
    refused("cannot read");
    fs::remove_file(workspace.built()).expect("the example");
    refused("the example is not built");
}

#[test]
fn a_listing_without_a_source_is_refused() {
    let workspace = Workspace::recorded("exact", OK, &ABC);
    fs::remove_file(workspace.source()).expect("the source");
    workspace.assert_fails("exact", OK, &ABC, "there is no chapters-code/mutants/examples/program.rs");
}

#[test]
fn a_twin_in_python_is_checked_where_python_is() {
    let workspace = Workspace::new();
    let twin = workspace.path("chapters-code/mutants/python/program.py");
    let snap = workspace.path("chapters-code/mutants/records/program.py.snap");
    fs::create_dir_all(twin.parent().expect("a folder")).expect("a folder");
    fs::write(&twin, "import sys\nprint(*sys.argv, sep='\\n')\n").expect("a twin");
    let check =
        |arg: &str, env: &[(&str, &str)]| workspace.listing_checked("program.py", "exact", OK, &[arg], env);

    // Without python3, said even where the test's output is captured.
    let (nowhere, not_checked) = (("PATH", "/no/such/folder"), "not checked, there is no python3");
    let skipped = check("a", &[nowhere]);
    assert!(skipped.passed && skipped.said.contains(not_checked), "{}", skipped.said);
    let refused = check("a", &[nowhere, ("CI", "true")]);
    assert!(!refused.passed && refused.said.contains("there is no python3"), "{}", refused.said);

    let outcome = check("a", &[("INSTA_UPDATE", "always")]);
    if outcome.said.contains(not_checked) {
        return;
    }
    let record = records::record::Record::read(&snap).expect("a record");
    assert_eq!(record.stdout, b"chapters-code/mutants/python/program.py\na\n");
    let again = check("a", &[("CI", "true")]);
    assert!(again.passed, "{}", again.said);
    let other = check("b", &[("CI", "true")]);
    assert!(!other.passed && other.said.contains("stdout differs"), "{}", other.said);
    let written = files(snap.parent().expect("a folder"));
    assert_eq!(written.len(), 1, "a check wrote something with CI=true");
}

const REFUSED: &str = "chapters-code/mutants/records/refused.snap";
/// A value that has moved, on line 3.
const MOVED: &str = "fn main() {\n    let a = String::new(); drop(a);\n    drop(a);\n}\n";

/// A workspace with a listing, `refused`, that must not compile.
fn refused(program: &str) -> Workspace {
    let workspace = Workspace::new();
    let write = |path: &str, text: &str| {
        let path = workspace.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write("Cargo.toml", "[workspace.package]\nedition = \"2024\"\n");
    write("chapters-code/mutants/Cargo.toml", "[dependencies]\nhelper.workspace = true\n");
    write("chapters-code/mutants/refused/refused.rs", program);
    write("target/debug/deps/libother-1.rlib", "");
    workspace
}

impl Workspace {
    /// Checks that it is refused with these errors.
    fn refused(&self, codes: &[&str], env: &[(&str, &str)]) -> Outcome {
        let update = [("INSTA_UPDATE", "no")];
        let env = [&update, env].concat();
        self.listing_checked("refused", "refused", codes[0], &codes[1..], &env)
    }

    fn recorded_refusal(program: &str, codes: &[&str]) -> Workspace {
        let workspace = refused(program);
        let outcome = workspace.refused(codes, &[("INSTA_UPDATE", "always")]);
        assert!(workspace.path(REFUSED).is_file(), "nothing was recorded: {}", outcome.said);
        let outcome = workspace.refused(codes, &[("CI", "true")]);
        assert!(outcome.passed, "{}", outcome.said);
        workspace
    }

    /// A `PATH` on which the compiler says that it is of this version.
    fn path_with(&self, version: &str) -> String {
        let path = std::env::var("PATH").expect("a PATH");
        let folder = self.path(version);
        fs::create_dir_all(&folder).expect("a folder");
        let script = format!(
            "#!/bin/sh\nPATH='{path}'\ncase $1 in --version) echo 'rustc {version} (0123)';; *) exec rustc \"$@\";; esac\n"
        );
        let program = folder.join("rustc");
        fs::write(&program, script).expect("a script");
        fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("that it can be run");
        format!("{}:{path}", folder.display())
    }

    fn refusal(&self) -> records::refusal::Refusal {
        records::refusal::Refusal::read(&self.path(REFUSED)).expect("a record")
    }

    fn edit_refusal(&self, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(REFUSED)).expect("the record");
        assert!(text.contains(old), "{old:?} in {text}");
        fs::write(self.path(REFUSED), text.replace(old, new)).expect("the record");
    }
}

#[test]
fn a_refusal_is_recorded_with_its_errors_and_the_words_of_the_compiler() {
    let workspace = Workspace::recorded_refusal(MOVED, &["E0382"]);
    let refusal = workspace.refusal();
    assert_eq!(refusal.promise(), "refused with E0382 at line 3");
    let message = String::from_utf8(refusal.message).expect("text");
    assert!(message.starts_with("error[E0382]: use of moved value"), "{message}");
    assert!(message.contains("--> chapters-code/mutants/refused/refused.rs:3:10"), "{message}");
    assert!(message.contains("rustc --explain E0382") && !message.contains("aborting"), "{message}");
}

#[test]
fn several_errors_and_one_without_a_code_are_all_promised() {
    let program = "fn main() {\n    let a: u8 = \"\";\n    panic!(a = );\n}\n";
    let workspace = Workspace::recorded_refusal(program, &["no code", "E0308"]);
    assert_eq!(workspace.refusal().promise(), "refused with no code at line 3, E0308 at line 2");
    let outcome = workspace.refused(&["E0308"], &[]);
    assert!(!outcome.passed && outcome.said.contains("has other errors"), "{}", outcome.said);
}

#[test]
fn a_listing_that_compiles_is_not_refused() {
    let workspace = refused("fn main() {}\n");
    let outcome = workspace.refused(&["E0382"], &[("INSTA_UPDATE", "always")]);
    assert!(!outcome.passed && outcome.said.contains("mutants/refused: rustc 1."), "{}", outcome.said);
    assert!(outcome.said.contains("compiles it"), "{}", outcome.said);
    assert!(!workspace.path(REFUSED).exists());
}

#[test]
fn other_errors_than_the_test_says_are_not_recorded() {
    let workspace = refused(MOVED);
    let outcome = workspace.refused(&["E0373"], &[("INSTA_UPDATE", "always")]);
    assert!(!outcome.passed && outcome.said.contains("E0382"), "{}", outcome.said);
    assert!(!workspace.path(REFUSED).exists());
}

#[test]
fn the_words_are_those_of_the_recorded_compiler() {
    let workspace = Workspace::recorded_refusal(MOVED, &["E0382"]);
    workspace.edit_refusal("use of moved value", "moved");
    let before = files(workspace.root.path());
    let outcome = workspace.refused(&["E0382"], &[]);
    assert!(!outcome.passed && outcome.said.contains("use of moved value"), "{}", outcome.said);
    assert_eq!(files(workspace.root.path()), before, "a failing check wrote something");
}

#[test]
fn another_compiler_may_use_other_words_but_not_where_every_change_is_checked() {
    let workspace = Workspace::recorded_refusal(MOVED, &["E0382"]);
    let newer = workspace.path_with("1.999.0");
    let same = workspace.refused(&["E0382"], &[("PATH", &newer), ("CI", "true")]);
    assert!(same.passed, "{}", same.said);

    workspace.edit_refusal("use of moved value", "moved");
    let elsewhere = workspace.refused(&["E0382"], &[("PATH", &newer)]);
    assert!(elsewhere.passed, "{}", elsewhere.said);
    let ci = workspace.refused(&["E0382"], &[("PATH", &newer), ("CI", "true")]);
    assert!(!ci.passed, "the words were not compared: {}", ci.said);
    for part in ["rustc 1.999.0 says it differently from rustc 1.", "cargo run -- record mutants/refused"] {
        assert!(ci.said.contains(part), "{part}: {}", ci.said);
    }
    let oldest = workspace.path_with(concat!(env!("CARGO_PKG_RUST_VERSION"), ".0"));
    let oldest = workspace.refused(&["E0382"], &[("PATH", &oldest), ("CI", "true")]);
    assert!(oldest.passed, "{}", oldest.said);

    // Recorded anew, it has the words and the name of the new one.
    let outcome = workspace.refused(&["E0382"], &[("PATH", &newer), ("INSTA_UPDATE", "always")]);
    assert!(outcome.passed, "{}", outcome.said);
    assert_eq!(workspace.refusal().compiler, "rustc 1.999.0");
    assert!(workspace.refusal().message.starts_with(b"error[E0382]: use of moved value"));
}

#[test]
fn no_compiler_may_find_the_error_elsewhere() {
    let workspace = Workspace::recorded_refusal(MOVED, &["E0382"]);
    workspace.edit_refusal("at line 3", "at line 2");
    let newer = workspace.path_with("1.999.0");
    let outcome = workspace.refused(&["E0382"], &[("PATH", &newer)]);
    assert!(!outcome.passed && outcome.said.contains("E0382 at line 3"), "{}", outcome.said);
}

#[test]
fn a_listing_that_must_not_compile_can_use_what_cargo_has_built() {
    let workspace = refused("fn main() {\n    let text: String = helper::number();\n}\n");
    let outcome = workspace.refused(&["E0308"], &[]);
    assert!(!outcome.passed && outcome.said.contains("`cargo build -p helper`"), "{}", outcome.said);
    for (name, kind) in [("old", "&'static str"), ("new", "u32")] {
        let source = workspace.path("helper.rs");
        fs::write(&source, format!("pub fn number() -> {kind} {{ loop {{}} }}\n")).expect("a source");
        let library = workspace.path(&format!("target/debug/deps/libhelper-{name}.rlib"));
        let built = Command::new("rustc")
            .args(["--edition=2024", "--crate-type=rlib", "--crate-name=helper"])
            .arg(source)
            .arg("-o")
            .arg(library)
            .status();
        assert!(built.expect("a compiler").success());
    }
    let workspace_refused = workspace.refused(&["E0308"], &[("INSTA_UPDATE", "always")]);
    assert!(workspace_refused.passed, "{}", workspace_refused.said);
    let message = String::from_utf8(workspace.refusal().message).expect("text");
    assert!(message.contains("found `u32`"), "{message}");
}
