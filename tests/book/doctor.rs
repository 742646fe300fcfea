//! `book doctor`, from the outside. Each of its checks is seen failing: the program is run where what it looks for is
//! missing.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use nix::libc;
use nix::sys::resource::Resource;
use serde_json::Value;
use supervisor::{Request, oracle};

use crate::confined::{Refused, apart, as_a_user, did_not_run, limit, on_one_processor, refuse};
use crate::process::{Finished, book, run};
use crate::scratch::Scratch;
use crate::this_book;

/// Checks that depend on what else is on the machine or happens there, and not on what a test does.
const ANYWHERE: [&str; 6] =
    ["chromium", "browser", "python3", "processors", "stray processes", "stray shared memory"];

fn doctor(scratch: &Scratch) -> Command {
    let mut command = book(scratch.root(), &["doctor", "--json"]);
    command.env_remove("BROWSER").env_remove("BROWSER_FOR_TESTS").env_remove("CARGO_TARGET_DIR");
    command
}

/// What the doctor said.
struct Answers {
    finished: Finished,
    json: Value,
}

impl Answers {
    #[track_caller]
    fn to(command: &mut Command) -> Answers {
        Answers::of(run(command))
    }

    #[track_caller]
    fn of(finished: Finished) -> Answers {
        let json = serde_json::from_str(&finished.stdout).unwrap_or_else(|e| panic!("{e}: {finished:?}"));
        let answers = Answers { finished, json };
        let ready = answers.checks().all(|check| check["status"] != "missing");
        assert_eq!(answers.json["ready"], ready);
        assert_eq!(answers.finished.status.code(), Some(i32::from(!ready)), "{:?}", answers.finished);
        answers
    }

    fn checks(&self) -> impl Iterator<Item = &Value> {
        self.json["checks"].as_array().expect("checks").iter()
    }

    #[track_caller]
    fn get(&self, name: &str) -> &Value {
        self.checks().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no check {name}"))
    }

    /// The check failed with this status, and said what was found and what to do.
    #[track_caller]
    fn assert(&self, name: &str, status: &str, found: &str, fix: &str) {
        let check = self.get(name);
        assert_eq!(check["status"], status, "{check}");
        for (field, part) in [("found", found), ("fix", fix)] {
            assert!(check[field].as_str().is_some_and(|text| text.contains(part)), "no `{part}`: {check}");
        }
        assert!(check["without"].as_str().is_some_and(|without| without.len() > 20), "{check}");
    }

    /// No other check failed than these, and those that a test has no say in.
    #[track_caller]
    fn assert_only(&self, failed: &[&str]) {
        let others: Vec<_> = self
            .checks()
            .filter(|check| check["status"] != "ok")
            .filter(|check| !failed.iter().chain(&ANYWHERE).any(|name| check["name"] == *name))
            .collect();
        assert!(others.is_empty(), "{others:#?}");
    }
}

#[test]
fn a_machine_that_runs_these_tests_is_ready() {
    let answers = Answers::to(&mut doctor(&Scratch::new()));
    assert_eq!(answers.json["schema"], 1);
    answers.assert_only(&[]);
    for check in answers.checks() {
        assert_eq!(check["fix"].is_null(), check["status"] == "ok", "{check}");
        assert!(check["found"].as_str().is_some_and(|found| !found.is_empty()), "{check}");
    }
}

#[test]
fn a_system_call_that_the_kernel_does_not_have_or_refuses_is_missed() {
    let scratch = Scratch::new();
    let newer = "use Linux";
    let container = "seccomp=unconfined";
    let tracing = "--cap-add=SYS_PTRACE";
    let cases: [(Refused, &str, &[&str]); 6] = [
        (Refused::new(libc::SYS_pidfd_open, libc::ENOSYS), newer, &["pidfd_open", "supervisor"]),
        (Refused::new(libc::SYS_clone, libc::EPERM).only(0, libc::CLONE_PIDFD as u32), container, &["clone"]),
        (Refused::new(libc::SYS_close_range, libc::ENOSYS), newer, &["close_range", "supervisor"]),
        (Refused::new(libc::SYS_memfd_create, libc::EPERM), container, &["memfd_create"]),
        (Refused::new(libc::SYS_process_vm_readv, libc::EPERM), tracing, &["process_vm_readv"]),
        // F_SETSIG is 10.
        (Refused::new(libc::SYS_fcntl, libc::EINVAL).only(1, 10), "imitation", &["F_SETSIG"]),
    ];
    for (refused, fix, failed) in cases {
        let answers = Answers::to(refuse(&mut doctor(&scratch), refused));
        let status = if matches!(failed, ["F_SETSIG" | "process_vm_readv"]) { "limited" } else { "missing" };
        answers.assert(failed[0], status, "(E", fix);
        for name in failed {
            assert_eq!(answers.get(name)["status"], status, "{name}");
        }
        // What the C library or another program does in another way is not what is looked at here.
        answers.assert_only(&[failed, &["ptrace, seccomp"]].concat());
    }
}

#[test]
fn ptrace_or_seccomp_refused_limits_timelines_only() {
    let scratch = Scratch::new();
    for (call, said) in
        [(libc::SYS_ptrace, "ptrace: Operation not permitted"), (libc::SYS_seccomp, "seccomp: Operation")]
    {
        let answers = Answers::to(refuse(&mut doctor(&scratch), Refused::new(call, libc::EPERM)));
        answers.assert("ptrace, seccomp", "limited", said, "--cap-add=SYS_PTRACE");
        answers.assert_only(&["ptrace, seccomp"]);
        assert_eq!(answers.json["ready"], true);
    }
}

#[test]
fn a_tracer_that_follows_the_doctor_is_named() {
    let scratch = Scratch::new();
    // Where one process is a tracee already, no other can trace it.
    let mut request = Request::new(env!("CARGO_BIN_EXE_book")).args(["doctor", "--json"]).dir(scratch.root());
    for name in ["BROWSER", "BROWSER_FOR_TESTS", "CARGO_TARGET_DIR"] {
        request = request.env_remove(name);
    }
    let traced = supervisor::run(&request).expect("a run");
    assert!(traced.untraced.is_none(), "{traced:?}");
    let json: Value = serde_json::from_slice(&traced.stdout).expect("JSON");
    let ptrace =
        json["checks"].as_array().expect("checks").iter().find(|check| check["name"] == "ptrace, seccomp");
    let ptrace = ptrace.expect("a check");
    assert_eq!(ptrace["status"], "limited");
    let fix = format!("the debugger or tracer that follows it, process {}", traced.reaper);
    assert!(ptrace["fix"].as_str().expect("words").ends_with(&fix), "{ptrace}");
}

#[test]
fn few_open_files_are_missed() {
    let scratch = Scratch::new();
    let answers = Answers::to(limit(&mut doctor(&scratch), Resource::RLIMIT_NOFILE, 16));
    answers.assert("open files", "missing", "then Too many open files", "ulimit -n");
}

#[test]
fn few_processes_are_missed() {
    let scratch = Scratch::new();
    // Another user may not enter the temporary folder.
    fs::set_permissions(scratch.root(), fs::Permissions::from_mode(0o755)).expect("its owner may");
    let mut command = doctor(&scratch);
    as_a_user(limit(&mut command, Resource::RLIMIT_NPROC, 8));
    // Where the tests were built in a folder of root's own, another user does not find the program.
    if let Err(error) = command.output() {
        return did_not_run(&format!("as another user: {error}"));
    }
    let answers = Answers::to(&mut command);
    answers.assert("children", "missing", "Try again (EAGAIN)", "ulimit -u");
}

#[test]
fn little_memory_is_missed() {
    let scratch = Scratch::new();
    let answers = Answers::to(limit(&mut doctor(&scratch), Resource::RLIMIT_AS, 600 << 20));
    answers.assert("memory", "missing", "600 MiB available to one process", "1024 MiB");
}

#[test]
fn one_processor_limits_measurements_only() {
    let scratch = Scratch::new();
    let answers = Answers::to(on_one_processor(&mut doctor(&scratch)));
    answers.assert("processors", "limited", "1 by affinity", "");
    answers.assert_only(&[]);
}

#[test]
fn programs_that_are_not_there_are_missed() {
    let scratch = Scratch::new();
    let answers = Answers::to(doctor(&scratch).env("PATH", scratch.path("src")));
    for (name, status, found) in [
        ("cargo", "missing", "there is no cargo on the PATH"),
        ("rustc", "missing", "there is no rustc on the PATH"),
        ("linker", "missing", "there is no cc on the PATH"),
        ("python3", "limited", "there is no python3 on the PATH"),
        ("browser", "limited", "no program that opens pages"),
        ("chromium", "limited", "none of chromium, "),
    ] {
        answers.assert(name, status, found, "install");
    }
    answers.assert_only(&["cargo", "rustc", "linker"]);
}

#[test]
fn programs_that_are_old_or_broken_are_missed() {
    let scratch = Scratch::new();
    for (name, script) in [
        ("cargo", "echo cargo 1.87.0"),
        ("rustc", "echo 'error: no default toolchain' >&2; exit 1"),
        ("cc", "echo 'cc: cannot find crt1.o' >&2; exit 1"),
        ("python3", "echo \"ImportError: No module named '_multiprocessing'\" >&2; exit 1"),
        ("chromium", "exit 127"),
    ] {
        let path = format!("bin/{name}");
        scratch.write(&path, &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(scratch.path(&path), fs::Permissions::from_mode(0o755)).expect("a program");
    }
    let answers = Answers::to(doctor(&scratch).env("PATH", scratch.path("bin")));
    let too_old = concat!("cargo 1.87.0, and ", env!("CARGO_PKG_RUST_VERSION"), " is needed");
    answers.assert("cargo", "missing", too_old, "rustup");
    answers.assert("rustc", "missing", "no default toolchain", "rustup");
    answers.assert("linker", "missing", "cannot find crt1.o", "install");
    answers.assert("python3", "limited", "_multiprocessing", "install");
    answers.assert("chromium", "limited", "fails with exit status: 127", "install");

    scratch.write("bin/python3", "#!/bin/sh\necho 3.9.18\n");
    fs::set_permissions(scratch.path("bin/python3"), fs::Permissions::from_mode(0o755)).expect("a program");
    let answers = Answers::to(doctor(&scratch).env("PATH", scratch.path("bin")));
    answers.assert("python3", "limited", "Python 3.9.18, and 3.10 is needed", "install");
}

#[test]
fn folders_that_cannot_be_written_are_missed() {
    let scratch = Scratch::new();
    let answers = Answers::to(doctor(&scratch).env("TMPDIR", "/proc/nowhere"));
    answers.assert("temporary files", "missing", "/proc/nowhere: cannot be written", "TMPDIR");
    let answers = Answers::to(doctor(&scratch).env("CARGO_TARGET_DIR", "/proc/nowhere"));
    answers.assert("target folder", "missing", "/proc/nowhere: cannot be written", "CARGO_TARGET_DIR");
    answers.assert_only(&["target folder"]);
}

#[test]
fn a_disk_that_is_full_is_missed() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("small")).expect("a folder");
    let mount = format!("mount -t tmpfs -o size=1m tmpfs '{}'", scratch.path("small").display());
    let mut doctor = doctor(&scratch);
    doctor.env("TMPDIR", scratch.path("small")).env("CARGO_TARGET_DIR", scratch.path("small"));
    let Some(mut command) = apart("--mount", &mount, &doctor) else { return };
    let answers = Answers::to(&mut command);
    answers.assert("temporary files", "missing", ": 1 MiB free", "TMPDIR");
    answers.assert("target folder", "missing", ": 1 MiB free", "free 1024 MiB");
}

#[test]
fn shared_memory_that_is_small_full_or_no_memory_is_missed() {
    let scratch = Scratch::new();
    let other = scratch.path("other");
    fs::create_dir(&other).expect("a folder");
    let bind = format!("mount --bind '{}' /dev/shm", other.display());
    for (mount, found) in [
        ("mount -t tmpfs -o size=8m tmpfs /dev/shm", ": 8 MiB free"),
        ("mount -t tmpfs -o ro tmpfs /dev/shm", "cannot be written: Read-only file system"),
        ("mount -t tmpfs -o mode=755 tmpfs /dev && mknod -m 666 /dev/null c 1 3", "no such folder"),
        (&bind, "not a file system in memory"),
    ] {
        let Some(mut command) = apart("--mount", mount, &doctor(&scratch)) else { continue };
        let answers = Answers::to(&mut command);
        answers.assert("/dev/shm", "limited", found, "mount -t tmpfs");
    }
}

#[test]
fn a_machine_without_proc_is_missed() {
    let scratch = Scratch::new();
    let Some(mut command) = apart("--mount", "mount -t tmpfs tmpfs /proc", &doctor(&scratch)) else { return };
    let answers = Answers::to(&mut command);
    answers.assert("/proc", "missing", "does not show this process", "mount -t proc proc /proc");
    answers.assert("supervisor", "missing", "cannot supervise", "above");
    answers.assert("F_SETSIG", "limited", "(ENOENT)", "mount -t proc");
}

#[test]
fn a_system_that_tells_of_no_saved_file_is_missed() {
    let scratch = Scratch::new();
    // With 0 for an error the call seems to succeed, and there is no watch.
    for (refused, found) in [
        (Refused::new(libc::SYS_inotify_add_watch, 0), "no event came"),
        (Refused::new(libc::SYS_inotify_init1, libc::ENOSYS), "cannot be watched"),
    ] {
        let answers = Answers::to(refuse(&mut doctor(&scratch), refused));
        answers.assert("file events", "limited", found, "serve --poll`");
        answers.assert_only(&["file events"]);
        assert_eq!(answers.json["ready"], true);
    }
}

#[test]
fn a_system_whose_file_events_others_have_used_up_is_missed() {
    let scratch = Scratch::new();
    for (limit, found) in [("instances", "no more watchers"), ("watches", "no more watches")] {
        let none = format!("echo 0 > /proc/sys/user/max_inotify_{limit}");
        let Some(mut command) = apart("--user --map-root-user", &none, &doctor(&scratch)) else { continue };
        let fix = format!("sysctl fs.inotify.max_user_{limit}=");
        Answers::to(&mut command).assert("file events", "limited", found, &fix);
    }
}

#[test]
fn a_folder_of_the_workshop_that_cannot_be_written_is_missed() {
    let scratch = Scratch::new();
    let mine = scratch.path("workshop/mine");
    fs::create_dir_all(&mine).expect("a folder");
    let read_only = format!("mount -t tmpfs -o ro tmpfs '{}'", mine.display());
    let Some(mut command) = apart("--mount", &read_only, &doctor(&scratch)) else { return };
    let answers = Answers::to(&mut command);
    answers.assert("file events", "limited", "mine: Read-only file system", "mount -o remount,rw");
    assert!(!answers.get("file events").to_string().contains("chown"), "its owner may not, either");
    answers.assert_only(&["file events"]);
}

#[test]
fn a_folder_that_another_system_may_write_is_noticed() {
    let scratch = Scratch::new();
    let (mine, theirs) = (scratch.path("workshop/mine"), scratch.path("theirs"));
    for folder in [&mine, &theirs] {
        fs::create_dir_all(folder).expect("a folder");
    }
    // In a PID namespace of their own, so that the program that provides the folder ends with the doctor.
    let provide = format!("bindfs '{}' '{}'", theirs.display(), mine.display());
    let namespaces = "--mount --pid --fork --mount-proc";
    let Some(mut command) = apart(namespaces, &provide, &doctor(&scratch)) else { return };
    let answers = Answers::to(&mut command);
    answers.assert("file system", "limited", "workshop/mine is of another system (FUSE", "serve --poll`");
    assert_eq!(answers.get("file events")["status"], "ok", "those of this system come");
}

#[test]
fn packages_that_were_not_downloaded_are_missed() {
    let scratch = Scratch::with_a_crate();
    let mut command = doctor(&scratch);
    let answers = Answers::to(&mut command);
    answers.assert("packages", "limited", "not all are here", "cargo fetch --locked");
    assert!(answers.get("packages")["found"].to_string().contains("lock"), "there is no Cargo.lock");
    scratch.write("Cargo.lock", "version = 4\n\n[[package]]\nname = \"sample\"\nversion = \"0.0.0\"\n");
    let answers = Answers::to(&mut command);
    assert_eq!(answers.get("packages")["status"], "ok", "it has no dependencies");

    let mut command = book(this_book(), &["doctor", "--json"]);
    let answers = Answers::to(command.env("CARGO_HOME", scratch.path("home")));
    answers.assert("packages", "limited", "not all are here", "cargo fetch --locked");
}

#[test]
fn a_machine_without_loopback_cannot_serve() {
    let scratch = Scratch::new();
    let Some(mut command) = apart("--net", ":", &doctor(&scratch)) else { return };
    let answers = Answers::to(&mut command);
    answers.assert("loopback", "limited", "unreachable", "ip link set lo up");
    answers.assert_only(&["loopback"]);
    let other = "ip link set lo up && ip address del 127.0.0.1/8 dev lo";
    let Some(mut command) = apart("--net", other, &doctor(&scratch)) else { return };
    let answers = Answers::to(&mut command);
    answers.assert("loopback", "limited", "Cannot assign", "ip address add 127.0.0.1/8 dev lo");
}

/// A process that is killed and collected when the test is over.
struct Planted(Child);

impl Drop for Planted {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_process_that_an_earlier_run_left_is_found_and_one_of_a_run_under_way_is_not() {
    let mut gone = Command::new("true").spawn().expect("a program");
    gone.wait().expect("its end");
    let sleeper = |mark: String| {
        Planted(Command::new("sleep").arg("600").env(oracle::MARK, mark).spawn().expect("a program"))
    };
    let stray = sleeper(format!("{}.{}.0", gone.id(), gone.id()));
    let under_way = sleeper(format!("{}.0", oracle::mark()));
    let answers = Answers::to(&mut doctor(&Scratch::new()));
    let said = answers.get("stray processes").to_string();
    answers.assert("stray processes", "limited", &format!("sleep ({})", stray.0.id()), "kill -9 ");
    assert!(!said.contains(&format!("({})", under_way.0.id())), "{said}");
    answers.assert_only(&[]);
}

#[test]
fn shared_memory_that_an_earlier_run_left_is_found_and_one_in_use_is_not() {
    let scratch = Scratch::new();
    let plant = "mount -t tmpfs tmpfs /dev/shm
        for name in 'psm_left & more' multiprocess-held somebody_elses; do echo x > /dev/shm/\"$name\"; done
        exec 5< /dev/shm/multiprocess-held";
    let Some(mut command) = apart("--mount", plant, &doctor(&scratch)) else { return };
    let answers = Answers::to(&mut command);
    answers.assert(
        "stray shared memory",
        "limited",
        "/dev/shm/psm_left & more (2 bytes)",
        "`rm '/dev/shm/psm_left & more'`",
    );
}

#[test]
fn people_get_text() {
    let scratch = Scratch::new();
    let mut command = book(scratch.root(), &["doctor"]);
    let said = run(command.env("PATH", "").env("CARGO_TERM_COLOR", "always").stdin(Stdio::null()));
    assert_eq!(said.status.code(), Some(1));
    for part in [
        "\nto run listings\n",
        "  ok      supervisor           runs a program to its end\n",
        "  MISSING rustc                there is no rustc on the PATH\n",
        "            without it         nothing can be built again",
        "            to fix it          `rustup update`",
        "  limited python3              there is no python3 on the PATH\n",
        "\nnot ready: 3 missing, and needed; ",
    ] {
        assert!(said.stdout.contains(part), "no `{part}` in\n{}", said.stdout);
    }
    assert!(!said.stdout.contains('\x1b'), "a pipe has no colors");
    assert_eq!(said.stderr, "");
}
