//! What a page is told of its run, and what it may wish: one JSON object a message.

use serde::{Deserialize, Serialize};

use crate::serve::live::ending::Ending;
use crate::serve::live::scene::Scene;

/// From the server.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum News {
    /// The listing is being built, and what is being done for that.
    Building(String),
    /// It runs, and this is what it has done.
    Running(Scene),
    /// It has ended. The last message.
    Over(Ending),
    /// It cannot be run, and why. The last message.
    Refused(String),
}

/// From the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Wish {
    /// End the run.
    Stop,
    /// Send a signal to a process.
    Signal {
        /// Which, by its place in the timeline: no page knows pids.
        process: usize,
        /// Which one.
        name: Name,
    },
}

/// The signals that can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Name {
    Term,
    Kill,
    Stop,
    Cont,
}

impl Name {
    /// Its number.
    pub(crate) fn number(self) -> i32 {
        match self {
            Name::Term => libc::SIGTERM,
            Name::Kill => libc::SIGKILL,
            Name::Stop => libc::SIGSTOP,
            Name::Cont => libc::SIGCONT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_can_wish_for_this_and_for_nothing_else() {
        let wish = |text| serde_json::from_str::<Wish>(text).ok();
        assert_eq!(wish("\"stop\""), Some(Wish::Stop));
        let term = Wish::Signal { process: 1, name: Name::Term };
        assert_eq!(wish(r#"{"signal":{"process":1,"name":"TERM"}}"#), Some(term));
        for other in [
            r#"{"signal":{"process":-1,"name":"TERM"}}"#,
            r#"{"signal":{"process":1,"name":"HUP"}}"#,
            r#"{"signal":{"process":1,"name":9}}"#,
            r#"{"signal":{"pid":1,"name":"TERM"}}"#,
            r#"{"signal":{"process":1,"name":"TERM","pid":1}}"#,
            r#"{"run":"rm"}"#,
            "",
        ] {
            assert_eq!(wish(other), None, "{other}");
        }
    }
}
