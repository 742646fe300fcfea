//! What the book does on a machine, and so what a missing thing keeps it from.

/// A thing to be done with the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// Running listings.
    Run,
    /// Building the tool and the listings.
    Build,
    /// Building them where there is no network.
    Offline,
    /// Noticing that a file was saved: in the workshop, which looks by itself as well, and while the book is served.
    Saves,
    /// Daemon processes, and the listings about them.
    Daemons,
    /// What the processes of a run did and when.
    Timelines,
    /// Named shared memory.
    SharedMemory,
    /// The same programs in Python.
    Twins,
    /// `cargo run`.
    Serve,
    /// The browser that `cargo run` opens.
    OpenBrowser,
    /// Tests that look at pages.
    BrowserTests,
    /// Speed-ups, and everything else that takes time.
    Measure,
}

impl Task {
    /// Whether a machine that cannot do this is one the book cannot be used on.
    pub fn is_essential(self) -> bool {
        matches!(self, Task::Run | Task::Build)
    }

    /// Over the checks that matter for it.
    pub fn heading(self) -> &'static str {
        match self {
            Task::Run => "to run listings",
            Task::Build => "to build the tool and the listings",
            Task::Offline => "only to build without a network",
            Task::Saves => "only to notice at once that a file was saved",
            Task::Daemons => "only for daemon processes",
            Task::Timelines => "only for timelines, and for the exercises of the workshop",
            Task::SharedMemory => "only for named shared memory",
            Task::Twins => "only for the Python twins",
            Task::Serve => "only to serve the book",
            Task::OpenBrowser => "only to open the browser",
            Task::BrowserTests => "only for the tests in a browser",
            Task::Measure => "only for speed-ups and measured times",
        }
    }

    /// What happens where something that it takes is missing.
    pub fn without(self) -> &'static str {
        match self {
            Task::Run => "listings do not run, or fail in ways that the book does not show",
            Task::Build => "nothing can be built again: neither the tool nor a listing",
            Task::Offline => "only a build without a network fails",
            Task::Saves => {
                "only pages that `cargo run` serves stay as they were; exercises take a second longer"
            }
            Task::Daemons => "only daemon processes do not start; everything else works",
            Task::Timelines => {
                "no timelines, and no checks of exercises: `book run` shows a listing's output alone"
            }
            Task::SharedMemory => "only programs with named shared memory do not run",
            Task::Twins => "only the Python twins do not run, and their tests say so",
            Task::Serve => "only `cargo run` cannot serve the book: `cargo run -- build` still writes it",
            Task::OpenBrowser => "only the browser does not open: open the address that `cargo run` prints",
            Task::BrowserTests => "only the tests in a browser do not run, and say so",
            Task::Measure => "only speed-ups and measured times are not reliable",
        }
    }
}
