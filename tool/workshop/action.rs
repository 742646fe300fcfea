//! What a participant can ask for.

use clap::Subcommand;

/// One thing to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Action {
    /// List all exercises, and show which are done
    List,
    /// Begin an exercise: put its starting point into workshop/mine, and show the task
    Start {
        /// Its name, or its number in the list [default: the one that you began last, or the first]
        name: Option<String>,
    },
    /// Begin the next exercise that you have not done
    Next,
    /// Check your program; the exit code is 0 if it passes
    Check {
        /// Which exercise [default: the one that you began last]
        name: Option<String>,
        /// Show every line of the outputs and timelines
        #[arg(long)]
        whole: bool,
    },
    /// Give one more hint
    Hint {
        /// Which exercise [default: the one that you began last]
        name: Option<String>,
    },
    /// Show the solution, after a try
    Solution {
        /// Which exercise [default: the one that you began last]
        name: Option<String>,
    },
    /// Put the starting point back, and keep your version
    Reset {
        /// Which exercise
        name: String,
    },
}

/// How a participant, who has a clone and no installed tool, types a subcommand.
pub(crate) fn command(action: &str) -> String {
    format!("cargo run -- workshop {action}")
}
