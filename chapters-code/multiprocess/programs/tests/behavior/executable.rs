//! Which file a child is started from, and that no child runs a function of another program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{Program, Ran, folder, path_of, program, script};
use crate::methods::{Method, cannot_run, only};

const FOREIGN: &str = "Refused: Process-1 (pid <pid>) gave no result, because its executable is not the program that started \
     it: functions are found by their place in one build, so name a copy of this very program with \
     multiprocess::set_executable";
const GOOD: &str = r#"Ok(["one", "--two"])"#;

fn runs(executable: &Path) -> Program {
    program!("runs_executable").arg("one").arg("--two").env("EXECUTABLE", executable)
}

fn launched(test: &str, text: &str) -> Ran {
    let path = folder(test).join("launcher");
    script(&path, text);
    runs(&path).env("REAL", path_of!("runs_executable")).run_to_any_end()
}

/// Runs a tool on a copy of the program; `None` where the machine lacks the tool.
fn copy_changed_by(test: &str, tool: &str, args: &[&str]) -> Option<Ran> {
    let copy = folder(test).join("copy");
    fs::copy(path_of!("runs_executable"), &copy).expect("the program can be copied");
    match Command::new(tool).args(args).arg(&copy).status() {
        Ok(status) => assert!(status.success(), "{tool}: {status}"),
        Err(error) => {
            cannot_run(&format!("{tool}: {error}"));
            return None;
        }
    }
    Some(runs(&copy).run())
}

#[test]
fn a_program_that_does_not_call_init_is_not_waited_for_in_vain() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        let never = "NeverEntered: Process-1 (pid <pid>) ended with exit code 0 and never took up its work: its main must \
                 call multiprocess::init() first, and its executable must be this program";
        runs(Path::new("/bin/true")).run().prints(&[never, GOOD]);
    })
}

#[test]
fn another_program_that_calls_init_is_refused() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        runs(path_of!("other_program")).run().prints(&[FOREIGN, GOOD]);
    })
}

#[test]
fn a_copy_of_the_program_is_the_program() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        let copy = folder("copy").join("copy");
        fs::copy(path_of!("runs_executable"), &copy).expect("the program can be copied");
        runs(&copy).run().prints(&[GOOD, GOOD]);
    })
}

/// Symbols are no part of what is loaded, so functions stay where they are and the build-id says so.
#[test]
fn a_stripped_copy_is_the_program() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        if let Some(ran) = copy_changed_by("stripped", "strip", &[]) {
            ran.prints(&[GOOD, GOOD]);
        }
    })
}

#[test]
fn a_copy_without_a_build_id_is_refused() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        if let Some(ran) = copy_changed_by("no_build_id", "objcopy", &["--remove-section=.note.gnu.build-id"])
        {
            ran.prints(&[FOREIGN, GOOD]);
        }
    })
}

#[test]
fn a_copy_with_another_build_id_is_refused() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        let copy = folder("other_build_id").join("copy");
        let mut bytes = fs::read(path_of!("runs_executable")).expect("the program can be read");
        // Length of the name, length of the checksum, kind 3, the name.
        let note = [&[4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0][..], b"GNU\0"].concat();
        let at = bytes.windows(note.len()).position(|window| window == note);
        let Some(at) = at else { return cannot_run("this linker writes no build-id of 20 bytes") };
        bytes[at + note.len()] ^= 1;
        fs::write(&copy, bytes).expect("it can be written");
        fs::set_permissions(
            &copy,
            fs::metadata(path_of!("runs_executable")).expect("it is there").permissions(),
        )
        .expect("it is ours");
        runs(&copy).run().prints(&[FOREIGN, GOOD]);
    })
}

#[test]
fn a_launcher_that_ends_by_running_the_program_works() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        launched("launcher", r#"exec "$REAL" "$@""#).prints(&[GOOD, GOOD]);
    })
}

#[test]
fn a_launcher_that_runs_the_program_twice_runs_the_target_once() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        let ran = launched("twice_launched", r#""$REAL" "$@"; exec "$REAL" "$@""#);
        let said = ran.stderr();
        assert!(said.starts_with("multiprocess: MULTIPROCESS_CHILD_0_1 is set, but "), "{said}");
        assert!(said.contains("done its work already"), "{said}");
        assert!(ran.lines()[0].starts_with("Exited: Process-1 "), "{ran:?}");
        assert_eq!(ran.lines()[1..], [GOOD]);
    })
}

#[test]
fn a_launcher_that_leaves_too_few_descriptors_is_told_of() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        launched("few_descriptors", "ulimit -n 5; exec \"$REAL\" \"$@\"").prints(&[
            "Refused: Process-1 (pid <pid>) gave no result, because it could not be prepared: there are not enough \
             free descriptors for those that it was sent",
            GOOD,
        ]);
    });
}

#[test]
fn a_launcher_that_closes_descriptors_is_told_of() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        let ran = runs(path_of!("closing_launcher")).env("REAL", path_of!("runs_executable")).run();
        assert!(ran.lines()[0].starts_with("NeverEntered: Process-1 "), "{ran:?}");
        assert!(ran.stderr().starts_with("multiprocess: MULTIPROCESS_CHILD_0_1 is set, but "), "{ran:?}");
    })
}

#[test]
fn a_launcher_that_clears_the_environment_starts_no_chain_of_processes() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        let runs = folder("clearing").join("runs");
        let launcher = runs.with_file_name("launcher");
        let keep =
            r#"env -i RUNS="$RUNS" EXECUTABLE="$EXECUTABLE" REAL="$REAL" SUPERVISED_RUN="$SUPERVISED_RUN""#;
        script(&launcher, &format!(r#"exec {keep} "$REAL" "$@""#));
        let program = program!("runs_executable").env("EXECUTABLE", &launcher).env("RUNS", &runs);
        let ran = program.env("REAL", path_of!("runs_executable")).run_to_any_end();
        let reached = fs::read_to_string(runs).expect("the program notes its runs").lines().count();
        assert_eq!(reached, 3, "the first, and one for each start: {ran:?}");
    })
}

#[test]
fn a_file_that_cannot_be_run_is_an_error_of_the_start() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        let folder = folder("not_run");
        let plain = folder.join("plain");
        fs::write(&plain, "not a program").expect("a file can be written");
        let start = "System: Process-1 could not be started: running its executable: ";
        for (path, reason) in [
            (folder.join("missing"), "No such file or directory (os error 2)"),
            (folder.clone(), "Permission denied (os error 13)"),
            (plain.clone(), "Permission denied (os error 13)"),
        ] {
            runs(&path).run().prints(&[&format!("{start}{reason}"), GOOD]);
        }
        fs::set_permissions(&plain, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("it is ours");
        runs(&plain).run().prints(&[&format!("{start}Exec format error (os error 8)"), GOOD]);
    })
}

#[test]
fn a_program_whose_file_is_deleted_or_replaced_starts_itself() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        let copy = folder("deleted").join("program");
        fs::copy(path_of!("loses_its_file"), &copy).expect("the program can be copied");
        Program::at(&copy).run().prints(&["Ok(42)", "Ok(42)", "Ok(42)"]);
    })
}

/// The dynamic loader, which is part of this process, too, unless that is linked statically.
fn loader() -> Option<PathBuf> {
    let maps = fs::read_to_string("/proc/self/maps").expect("/proc is mounted");
    let mut files = maps.lines().filter_map(|map| map.split(' ').next_back());
    let found = files.find(|file| file.contains("/ld-")).map(PathBuf::from);
    if found.is_none() {
        cannot_run("this test is linked statically, so it knows no dynamic loader");
    }
    found
}

#[test]
fn a_program_started_by_way_of_the_loader_does_not_start_the_loader() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        let Some(loader) = loader() else { return };
        let ran = Program::at(&loader).arg(path_of!("runs_executable")).arg("one").arg("--two").run();
        assert!(ran.lines().iter().all(|line| line.starts_with("ForeignSelf: ")), "{ran:?}");
        assert_eq!(ran.lines().len(), 2);
    })
}

#[test]
fn two_programs_started_by_way_of_the_loader_are_not_taken_for_one() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        let Some(loader) = loader() else { return };
        let launcher = folder("loaders").join("launcher");
        script(&launcher, &format!(r#"exec {} "$OTHER" "$@""#, loader.display()));
        let program = Program::at(&loader).arg(path_of!("runs_executable")).env("EXECUTABLE", &launcher);
        let ran = program.env("OTHER", path_of!("other_program")).run();
        assert_eq!(crate::common::without_pid(&ran.lines()[0]), FOREIGN, "{ran:?}");
    })
}
