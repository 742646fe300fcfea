//! What a participant can ask for.

use clap::Subcommand;

/// One thing to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Action {
    /// Show all exercises, and which are done
    List,
    /// Begin an exercise: put its starting point into workshop/mine, and say what to do
    Start {
        /// Its name, or its number in the list [default: the one that was begun last, or the first]
        name: Option<String>,
    },
    /// Begin the next exercise that is not done
    Next,
    /// Check your program; the exit code is 0 if it passes
    Check {
        /// Which exercise [default: the one that was begun last]
        name: Option<String>,
        /// Show all lines of outputs and timelines
        #[arg(long)]
        whole: bool,
    },
    /// Give one more hint
    Hint {
        /// Which exercise [default: the one that was begun last]
        name: Option<String>,
    },
    /// Show the solution, after a try
    Solution {
        /// Which exercise [default: the one that was begun last]
        name: Option<String>,
    },
    /// Put the starting point back; what you had is kept
    Reset {
        /// Which exercise
        name: String,
    },
}

/// How a participant, who has a clone and no installed tool, types a subcommand.
pub(crate) fn command(action: &str) -> String {
    format!("cargo run -- workshop {action}")
}
