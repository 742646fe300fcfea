//! A command can be ended at any moment and by any signal. What it leaves behind then, the next command removes.

use std::fs::{self, OpenOptions};
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use supervisor::oracle;
use supervisor::temporary::PREFIX;

use crate::process::{DEADLINE, Running, book, run};
use crate::scratch::{PAGE, Scratch, files};
use crate::stopping::until_nothing_is_left;

const SIGNALS: [Signal; 4] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGKILL];

/// A book and a place for temporary folders, which no other test uses.
struct Place {
    scratch: Scratch,
}

impl Place {
    fn new() -> Place {
        let place = Place { scratch: Scratch::with_a_crate() };
        for folder in ["tmp", "workshop/mine"] {
            fs::create_dir_all(place.scratch.path(folder)).expect("a folder");
        }
        place
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = book(self.scratch.root(), arguments);
        command.env("TMPDIR", self.scratch.path("tmp")).env(oracle::MARK, oracle::mark());
        command.env_remove("CARGO_TARGET_DIR");
        command
    }

    /// What is left: all that is in the place for temporary folders, and what looks like one elsewhere.
    fn left(&self) -> Vec<PathBuf> {
        let entries = |folder: &str| fs::read_dir(self.scratch.path(folder)).expect("a folder").flatten();
        let paths = ["", "site", "workshop", "workshop/mine"].into_iter().flat_map(|folder| {
            let folder = if self.scratch.path(folder).is_dir() { folder } else { "" };
            entries(folder).filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX))
        });
        paths.chain(entries("tmp")).map(|entry| entry.path()).collect()
    }

    /// The next command, whichever it is.
    fn start_again(&self) {
        let again = run(&mut self.command(&["run", "no_such_listing"]));
        assert_eq!(again.status.code(), Some(1), "{again:?}");
    }
}

#[test]
fn a_build_that_is_ended_leaves_nothing_for_long() {
    for arguments in [&["build", "--dest-dir", "site/new"][..], &["serve", "--no-open", "--port", "0"]] {
        for signal in SIGNALS {
            let place = Place::new();
            place.scratch.remove(PAGE);
            let page = place.scratch.path(PAGE);
            mkfifo(&page, Mode::S_IRWXU).expect("a pipe");
            let mut building = Running::start(&mut place.command(arguments));
            let (send, opened) = channel();
            // It can be opened when the build reads the page, and then waits for what is written.
            std::thread::spawn(move || send.send(OpenOptions::new().write(true).open(page)));
            let page = opened.recv_timeout(DEADLINE).expect("the build reads the page").expect("a pipe");
            assert!(!place.left().is_empty(), "it works in a folder that is still there");
            // Another command that starts meanwhile takes nothing away.
            let before = place.left();
            place.start_again();
            assert_eq!(place.left(), before, "{arguments:?}");
            building.signal(signal);
            building.wait();
            drop(page);
            place.start_again();
            if arguments[0] == "build" {
                // Beside a site that is elsewhere, the next build looks.
                place.scratch.remove(PAGE);
                place.scratch.write(PAGE, "# A page\n\n## Greeting\n\n{{#listing sample/greet}}\n");
                let built = run(&mut place.command(arguments));
                assert!(built.status.success(), "{built:?}");
            }
            assert_eq!(place.left(), [""; 0].map(PathBuf::from), "{arguments:?}, {signal}");
        }
    }
}

#[test]
fn a_listing_that_is_ended_leaves_no_files() {
    let litters = "std::fs::write(std::env::temp_dir().join(\"litter\"), \"here\").unwrap();\n\
                   println!(\"written\");\n\
                   std::thread::sleep(std::time::Duration::from_secs(600));";
    let place = Place::new();
    place.scratch.add_listing("litters", litters, None);
    for signal in SIGNALS {
        let mut running = Running::start(&mut place.command(&["run", "litters", "--within", "600"]));
        running.stdout.until("main writes: written");
        let litter = files(&place.scratch.path("tmp"), "litter");
        assert_eq!(litter.len(), 1, "a run has a place of its own: {litter:?}");
        running.signal(signal);
        running.wait();
        until_nothing_is_left();
        if signal == Signal::SIGKILL {
            place.start_again();
        }
        assert_eq!(place.left(), [""; 0].map(PathBuf::from), "{signal}");
    }
}

#[test]
fn any_command_that_is_ended_at_any_moment_leaves_nothing_for_long() {
    let place = Place::new();
    let commands: [&[&str]; 4] =
        [&["build"], &["serve", "--no-open", "--port", "0"], &["doctor"], &["run", "greet"]];
    // The moments of each command and signal, spread over what the command takes.
    let mut moment = 0;
    for arguments in commands {
        for signal in SIGNALS {
            let mut running = Running::start(&mut place.command(arguments));
            moment = (moment + 37) % 400;
            std::thread::sleep(Duration::from_millis(moment));
            running.signal(signal);
            running.wait();
            until_nothing_is_left();
            place.start_again();
            assert_eq!(
                place.left(),
                [""; 0].map(PathBuf::from),
                "{arguments:?}, {signal}, after {moment} ms"
            );
        }
    }
}
