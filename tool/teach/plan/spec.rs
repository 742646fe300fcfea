//! What a plan's file says.

use std::fmt;

use serde::Deserialize;

/// The file. A field that is unknown is a mistake.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// What it is called.
    pub title: String,
    /// Whom it is for, and by which rule it leaves out what it leaves out, in Markdown.
    pub says: String,
    /// Its days.
    pub days: Vec<Day>,
}

/// One day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Day {
    /// When it begins.
    pub begins: Time,
    /// When it has to be over.
    pub ends: Time,
    /// What is done, in order.
    pub stations: Vec<Station>,
}

/// One thing that is done: `{"page": "introduction"}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Station {
    /// A page, by its path from `src` without `.md`; its first exercise is a part of it.
    Page(String),
    /// The same, with a break of so many minutes before the exercise.
    Halved(String, u32),
    /// An exercise that is not the first of its page, by its name.
    Exercise(String),
    /// A break of so many minutes.
    Break(u32),
    /// A long one.
    Lunch(u32),
    /// Something else: what it is, in Markdown, and its minutes.
    Other(String, u32),
}

/// A time of day, in minutes; written `9:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Time(pub u32);

impl TryFrom<String> for Time {
    type Error = String;

    fn try_from(text: String) -> Result<Time, String> {
        let read = |(hours, minutes): (&str, &str)| {
            let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
            (hours < 24 && minutes < 60).then_some(Time(hours * 60 + minutes))
        };
        text.split_once(':').and_then(read).ok_or_else(|| format!("`{text}` is not a time such as `9:00`"))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Reads a plan's file.
///
/// # Errors
///
/// What is wrong with it.
pub fn read(text: &str) -> Result<Spec, String> {
    serde_json::from_str(text).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_on_a_clock() {
        let time = |text: &str| Time::try_from(text.to_owned());
        assert_eq!(time("9:05"), Ok(Time(545)));
        assert_eq!(time("13:30").expect("a time").to_string(), "13:30");
        for wrong in ["9", "24:00", "9:60", "9.00", "-1:00"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }
}
