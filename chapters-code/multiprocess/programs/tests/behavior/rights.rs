//! What processes may do: rights that a program has and its user has not, and rights that a program gives up while it runs. Most of
//! it only root can try.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use multiprocess_programs::os::rights;
use supervisor::End;

use crate::common::{Program, Ran, path_of, program, script, tell};
use crate::methods::{Method, but_not, cannot_run, every_method, only};

const ONLY_ROOT: &str = "only root can change its user";

/// The program, with a folder of its own that every user may write to.
fn open_to_all(program: Program) -> Program {
    let everyone = fs::Permissions::from_mode(0o777);
    fs::set_permissions(program.folder(), everyone).expect("the folder is ours");
    program
}

/// A copy of a program that runs with raised rights. It is removed when this is dropped, as it would be a way in for every user.
struct Privileged(PathBuf);

impl Privileged {
    fn copy(program: &Path, path: PathBuf, raise: impl FnOnce(&Path) -> bool) -> Option<Privileged> {
        fs::copy(program, &path).expect("the program can be copied");
        let copy = Privileged(path);
        raise(&copy.0).then_some(copy)
    }
}

impl Drop for Privileged {
    fn drop(&mut self) {
        fs::remove_file(&self.0).expect("the copy is ours");
    }
}

fn set_user_id(program: &Path) -> bool {
    fs::set_permissions(program, fs::Permissions::from_mode(0o4755)).is_ok()
}

fn set_group_id(program: &Path) -> bool {
    fs::set_permissions(program, fs::Permissions::from_mode(0o2755)).is_ok()
}

/// Runs the program with a copy that has raised rights, once for each way to raise them. The closure is told how many targets ran.
fn with_raised_rights(variation: &str, judge: impl Fn(&str, &Ran, usize)) {
    if !rights::is_root() {
        return cannot_run(ONLY_ROOT);
    }
    for (way, raise) in [
        ("set-user-ID", set_user_id as fn(&Path) -> bool),
        ("set-group-ID", set_group_id),
        ("file capabilities", rights::give_file_capability),
    ] {
        // A tracer would be in the way: the kernel raises the rights of no process that an ordinary user traces.
        let program = open_to_all(program!("raised_rights")).arg(variation).untraced();
        let copy = program.folder().join("privileged");
        let Some(copy) = Privileged::copy(path_of!("raised_rights"), copy, raise) else {
            cannot_run(&format!("the file system takes no {way}"));
            continue;
        };
        let notes = program.folder().join("notes");
        let ran = program.env("PRIVILEGED", &copy.0).run_to_any_end();
        let runs = fs::read_to_string(notes).unwrap_or_default().lines().count();
        judge(way, &ran, runs);
    }
}

/// Whether something says that raised rights are the reason, in one of the words for them.
fn names_raised_rights(text: &str) -> bool {
    ["AT_SECURE", "set-user-ID", "raised rights"].iter().any(|words| text.contains(words))
}

#[test]
fn a_program_with_raised_rights_takes_up_no_work_that_another_one_hands_it() {
    but_not(&[Method::Fork], "a forked child runs no other file", |_| {
        with_raised_rights("forges", |way, ran, runs| {
            assert_eq!(runs, 0, "{way}: the target has run: {ran:?}");
            assert!(!ran.stdout().contains("Ok("), "{way}: {ran:?}");
            assert!(names_raised_rights(&(ran.stdout() + &ran.stderr())), "{way}: {ran:?}");
        });
    });
}

#[test]
fn a_program_with_raised_rights_does_not_start_itself_again_and_says_why() {
    every_method(|method| {
        with_raised_rights("starts", |way, ran, runs| {
            if method == Method::Fork && ran.stdout().starts_with("Ok(") {
                return assert_eq!(runs, 1, "{way}: {ran:?}");
            }
            assert_eq!(runs, 0, "{way}: the target has run: {ran:?}");
            assert!(names_raised_rights(&ran.stdout()), "{way}: {ran:?}");
            assert_eq!(ran.stderr(), "", "{way}: it is the start that fails, and not the child");
        });
    });
}

/// A child that is started after the program has given up a right does not have it, or the start is refused.
fn given_up(rights: &'static [&'static str]) {
    every_method(|method| {
        let (mut kept, mut missing) = (Vec::new(), Vec::new());
        for right in rights {
            let ran = program!("gives_up_rights").arg(right).untraced().run();
            for line in ran.lines() {
                match line.strip_prefix("refused: ") {
                    Some(error) => tell(&format!("{}, without {right}: {error}\n", method.name())),
                    None if line == "not possible" => missing.push(*right),
                    None if line == "compared" => {}
                    None => kept.push(format!("{right}: {line}")),
                }
            }
        }
        assert!(
            kept.is_empty(),
            "{}: children have what the program gave up:\n{}",
            method.name(),
            kept.join("\n")
        );
        if !missing.is_empty() {
            cannot_run(&format!("this user has not, or may not give up, {}", missing.join(", ")));
        }
    });
}

#[test]
fn a_child_is_the_user_that_its_program_is_at_its_start() {
    given_up(&["all of root's rights", "root's rights for a while", "the group", "the groups"]);
}

#[test]
fn a_child_has_no_capability_that_its_program_has_given_up() {
    given_up(&["a capability", "a capability until execve", "root's privilege", "new rights"]);
}

#[test]
fn a_child_is_in_the_root_folder_and_the_namespaces_that_its_program_is_in_at_its_start() {
    given_up(&[
        "the root folder",
        "the host name",
        "the network",
        "the mounts",
        "System V IPC",
        "the control groups",
        "the users",
        "the clocks",
        "the process numbers",
    ]);
}

#[test]
fn a_child_is_bound_to_the_cpus_that_its_program_is_bound_to_at_its_start() {
    given_up(&["a CPU"]);
}

#[test]
fn a_child_is_in_the_sandbox_that_its_program_has_entered_before_its_start() {
    given_up(&["a system call", "a system call, in a sandbox already"]);
}

const TERMINATED: End = End::Signal(libc::SIGTERM);
const KILLED: End = End::Signal(libc::SIGKILL);

#[test]
fn after_giving_up_root_a_daemon_can_be_started_and_ends_with_its_parent() {
    every_method(|method| {
        if !rights::is_root() {
            return cannot_run(ONLY_ROOT);
        }
        for given_up in ["for good", "for a while"] {
            for before in ["started before", "nothing started before"] {
                for (end, daemons) in [("returns", TERMINATED), ("killed", KILLED)] {
                    let program = open_to_all(program!("daemon_without_root")).arg(given_up).arg(before);
                    let ran = program.arg(end).within(Duration::from_secs(20)).run_to_any_end();
                    let case = format!("{given_up}, {before}, {end}");
                    // A process that only acts as another user runs each program as if that were set-user-ID (execve(2)).
                    let refused = ran.lines().iter().all(|line| names_raised_rights(line));
                    if given_up == "for a while" && method != Method::Fork && refused {
                        assert_eq!(ran.stderr(), "", "{case}: it is the start that fails: {ran:?}");
                        continue;
                    }
                    assert_eq!(ran.lines(), ["Ok(42)", "the daemon runs"], "{case}: {ran:?}");
                    ran.ended("daemon", daemons);
                }
            }
        }
    });
}

/// What the documentation says: a daemon has one second after SIGTERM.
const GRACE: Duration = Duration::from_secs(1);

/// The program exits in time, and the kernel ends the daemon when the program has ended.
fn exits_without_its_daemon(lost: &str) {
    for ignores in [false, true] {
        let mut program = program!("leaves_a_daemon_alone").arg(lost).within(Duration::from_secs(8));
        if ignores {
            program = program.arg("ignores");
        }
        let begun = Instant::now();
        let ran = program.run();
        // Some more for a machine that is busy.
        assert!(begun.elapsed() < GRACE + Duration::from_secs(4), "{:?}: {ran:?}", begun.elapsed());
        let lines = ran.lines();
        assert!(lines[0].contains("Operation not permitted (os error 1)"), "{ran:?}");
        assert_eq!(lines[1..], ["alive: Some(true)", "the other child ends, its parent alive"], "{ran:?}");
        ran.ended("daemon", KILLED);
        ran.ended("other", End::Exit(0));
    }
}

#[test]
fn a_daemon_that_a_program_may_no_longer_signal_does_not_keep_it_from_exiting() {
    every_method(|_| {
        if !rights::is_root() {
            return cannot_run(ONLY_ROOT);
        }
        exits_without_its_daemon("for good");
    });
}

#[test]
fn a_daemon_that_a_sandbox_forbids_to_signal_does_not_keep_its_program_from_exiting() {
    every_method(|_| exits_without_its_daemon("in a sandbox"));
}

#[test]
fn a_daemon_that_a_program_may_signal_all_the_same_is_terminated() {
    every_method(|_| {
        if !rights::is_root() {
            return cannot_run(ONLY_ROOT);
        }
        for (ignores, end) in [(false, TERMINATED), (true, KILLED)] {
            let mut program =
                program!("leaves_a_daemon_alone").arg("for a while").within(Duration::from_secs(20));
            if ignores {
                program = program.arg("ignores");
            }
            let ran = program.run();
            let lines = ["Ok(())", "alive: Some(true)", "the other child ends, its parent alive"];
            assert_eq!(ran.lines(), lines, "{ran:?}");
            ran.ended("daemon", end);
        }
    });
}

/// It goes on when its client has ended: the kernel continues what is stopped in a process group that is left alone (setpgid(2)).
#[test]
fn a_stopped_forkserver_that_a_program_may_no_longer_signal_does_not_keep_it_from_exiting() {
    only(Method::Forkserver, "the others have no server", || {
        for lost in ["in a sandbox", "for good"] {
            if lost == "for good" && !rights::is_root() {
                tell(&format!("not tried {lost}: {ONLY_ROOT}\n"));
                continue;
            }
            let program = program!("leaves_a_stopped_forkserver").arg(lost).within(Duration::from_secs(8));
            let begun = Instant::now();
            program.untraced().run().prints(&["Ok(42)"]);
            assert!(begun.elapsed() < GRACE + Duration::from_secs(4), "{lost}: {:?}", begun.elapsed());
        }
    });
}

/// The launcher is a forkserver that does this and no more.
fn wrong_forkserver(text: &str) -> Ran {
    let program = program!("wrong_forkserver");
    let launcher = program.folder().join("launcher");
    script(&launcher, text);
    program.env("EXECUTABLE", launcher).within(Duration::from_secs(20)).run()
}

/// Every line is an error that says the one, and none that says another.
fn all_say(ran: &Ran, what: &str, never: &[&str]) {
    let lines = ran.lines();
    assert_eq!(lines.len(), 3, "{ran:?}");
    for line in &lines {
        assert!(line.contains(what), "{line:?} does not say {what:?}: {ran:?}");
        for word in never {
            assert!(!line.contains(word), "{line:?} says {word:?}: {ran:?}");
        }
    }
}

#[test]
fn a_forkserver_that_ends_by_itself_was_not_killed() {
    only(Method::Forkserver, "the others have no server", || {
        all_say(&wrong_forkserver("exit 1"), "exit code 1", &["killed", "signal"]);
        all_say(&wrong_forkserver("exit 0"), "exit code 0", &["killed", "signal"]);
        // It says that it is ready, and ends then; whether a start is quicker is a matter of luck.
        for call in ["epoll_create1", "epoll_ctl", "epoll_wait", "getdents64"] {
            let ran = program!("wrong_forkserver").arg(call).within(Duration::from_secs(20)).run();
            for line in ran.lines().iter().filter(|line| !line.starts_with("Ok(")) {
                let named = ["exit code 1", call, "(os error 1)"].iter().any(|cause| line.contains(cause));
                assert!(named, "{call}: {line:?} says nothing of why it ended: {ran:?}");
                assert!(!line.contains("killed"), "{call}: it was not: {ran:?}");
            }
        }
    });
}

#[test]
fn a_forkserver_that_is_killed_whenever_it_is_started_is_said_to_be_with_the_signal() {
    only(Method::Forkserver, "the others have no server", || {
        for signal in ["SEGV", "KILL", "TERM"] {
            all_say(
                &wrong_forkserver(&format!("kill -{signal} $$")),
                &format!("SIG{signal}"),
                &["exit code"],
            );
        }
    });
}
