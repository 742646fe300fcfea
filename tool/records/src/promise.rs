//! What every run of a listing keeps to, when its order is not fully determined, and whether anything guarantees it.

use std::fmt;

use supervisor::end::End;

/// What is promised of every run: the order of its lines, and how it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// How the lines of each output may be ordered.
    pub order: Order,
    /// The ends that may happen; at least one.
    pub ends: Vec<End>,
    /// Why another run could break all this, although none of ours did: a clause. `None` where the program itself, the language
    /// or the kernel guarantees it.
    pub not_guaranteed: Option<String>,
}

/// How the lines of one run may be ordered against the lines of another.
///
/// Standard output and standard error are two pipes, and nothing is known of the order between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// The same bytes.
    Exact,
    /// The same lines, each as often, in any order that keeps every constraint.
    Any {
        /// Pairs of lines of one output: each line equal to the first comes before each one equal to the second.
        before: Vec<(String, String)>,
    },
}

const EXACT: &str = "exact";
const ANY: &str = "lines in any order";
const ANY_BUT: &str = "lines in any order, but";

impl fmt::Display for Order {
    /// The text in a record: the words, then one indented line for each constraint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Order::Exact => f.write_str(EXACT),
            Order::Any { before } if before.is_empty() => f.write_str(ANY),
            Order::Any { before } => {
                f.write_str(ANY_BUT)?;
                before.iter().try_for_each(|(a, b)| write!(f, "\n  {} before {}", quoted(a), quoted(b)))
            }
        }
    }
}

impl Order {
    /// Reads the words that follow `promise: ` and the lines, without their indentation, that follow those.
    pub(crate) fn parse(words: &str, constraints: &[&str]) -> Result<Order, String> {
        match (words, constraints) {
            (EXACT, []) => Ok(Order::Exact),
            (ANY, []) => Ok(Order::Any { before: vec![] }),
            (ANY_BUT, [_, ..]) => {
                let before = constraints.iter().map(|line| constraint(line)).collect::<Result<_, _>>()?;
                Ok(Order::Any { before })
            }
            (ANY_BUT, []) => Err(format!("`{ANY_BUT}` is followed by no constraint")),
            (EXACT | ANY, [line, ..]) => Err(format!("`{words}` takes no constraint, found `{line}`")),
            _ => Err(format!("expected `{EXACT}`, `{ANY}` or `{ANY_BUT}`, found `{words}`")),
        }
    }
}

fn quoted(line: &str) -> String {
    serde_json::to_string(line).expect("a string is always JSON")
}

fn constraint(line: &str) -> Result<(String, String), String> {
    let unknown = |_| format!("expected `\"a line\" before \"another\"`, found `{line}`");
    let mut first = serde_json::Deserializer::from_str(line).into_iter::<String>();
    let a = first.next().unwrap_or_else(|| Ok(String::new())).map_err(unknown)?;
    let rest = line[first.byte_offset()..].strip_prefix(" before ").unwrap_or("");
    Ok((a, serde_json::from_str(rest).map_err(unknown)?))
}
