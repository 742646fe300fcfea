//! What a plot's file says: which results, which cases make a line, and the words around them.

use serde::Deserialize;

/// The file. A field that is unknown is a mistake.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The name of the results, without `.json`.
    pub results: String,
    /// What it shows.
    pub title: String,
    /// What one should see, for those who cannot and for those who wonder.
    pub says: String,
    /// The axis to the right.
    pub x: X,
    /// The axis upward.
    pub y: Y,
    /// The lines, at most six.
    pub series: Vec<Series>,
    /// Lines that are not measured.
    #[serde(default)]
    pub guides: Vec<Guide>,
    /// The label of the line to which the others are compared: from where on do they lie below it?
    pub below: Option<String>,
}

/// The axis to the right.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct X {
    /// What it counts.
    pub title: String,
    /// The values; a line may have its own.
    pub at: Vec<u64>,
    /// Whether each decade is as wide as another.
    #[serde(default)]
    pub log: bool,
    /// Whether the values are bytes. Then a case has `16 B`, `64 KiB` or `1 MiB` where others have a number.
    #[serde(default)]
    pub bytes: bool,
}

impl X {
    /// A value, as the name of a case has it.
    pub fn in_case(&self, value: u64) -> String {
        match value.trailing_zeros() {
            _ if !self.bytes => value.to_string(),
            0..10 => format!("{value} B"),
            10..20 => format!("{} KiB", value >> 10),
            _ => format!("{} MiB", value >> 20),
        }
    }
}

/// The axis upward.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Y {
    /// What it counts.
    pub title: String,
    /// Whether each decade is as high as another.
    #[serde(default)]
    pub log: bool,
    /// Instead of the samples themselves: how many times as long this case takes, within each round; `{}` as in a line's cases.
    pub speed_up_over: Option<String>,
}

/// One line.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// What stands beside it.
    pub label: String,
    /// The names of its cases, with `{}` where the value on the axis stands.
    pub cases: String,
    /// The values at which it was measured, if not at all of the axis.
    pub at: Option<Vec<u64>>,
    /// Instead of the axis's own case.
    pub speed_up_over: Option<String>,
}

/// A line of theory.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    /// What stands beside it.
    pub label: String,
    /// Where it goes.
    pub points: Vec<(f64, f64)>,
}

/// How many lines can be told apart.
pub const MOST: usize = 6;

/// Reads a plot's file.
///
/// # Errors
///
/// What is wrong with it.
pub fn read(text: &str) -> Result<Spec, String> {
    let spec: Spec = serde_json::from_str(text).map_err(|e| e.to_string())?;
    if spec.series.is_empty() || spec.series.len() > MOST {
        return Err(format!("it has {} lines, and 1 to {MOST} can be told apart", spec.series.len()));
    }
    if let Some(without) = spec.series.iter().find(|series| !series.cases.contains("{}")) {
        return Err(format!("the cases of “{}” have no `{{}}` for the value on the axis", without.label));
    }
    let labels: Vec<&str> = spec.series.iter().map(|series| series.label.as_str()).collect();
    if let Some(below) = spec.below.as_deref().filter(|below| !labels.contains(below)) {
        let near = crate::text::nearest::nearest(below, labels.iter().copied()).unwrap_or_default();
        return Err(format!("there is no line “{below}” to lie below; the nearest is “{near}”"));
    }
    if spec.x.log
        && (spec.x.at.contains(&0) || spec.series.iter().flat_map(|one| &one.at).flatten().any(|&x| x == 0))
    {
        return Err("0 has no place on a logarithmic axis".to_owned());
    }
    Ok(spec)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"results": "r", "title": "t", "says": "s", "x": {"title": "x", "at": [1, 2], "log": true},
        "y": {"title": "y"}, "series": [{"label": "a", "cases": "{} a"}], "below": "a"}"#;

    #[test]
    fn a_case_has_a_size_with_its_unit() {
        let x = |bytes| X { title: "size".to_owned(), at: vec![], log: true, bytes };
        assert_eq!(
            [16, 1 << 10, 3 << 15, 1 << 20].map(|at| x(true).in_case(at)),
            ["16 B", "1 KiB", "96 KiB", "1 MiB"]
        );
        assert_eq!(x(false).in_case(1 << 10), "1024");
    }

    #[test]
    fn mistakes_are_named() {
        read(GOOD).expect("nothing is wrong with it");
        for (this, that, problem) in [
            ("\"says\"", "\"sais\"", "unknown field `sais`"),
            ("{} a", "a", "have no `{}`"),
            ("\"below\": \"a\"", "\"below\": \"b\"", "the nearest is “a”"),
            ("[1, 2]", "[0, 2]", "logarithmic"),
            ("[{\"label\": \"a\", \"cases\": \"{} a\"}]", "[]", "0 lines"),
        ] {
            let mistake = read(&GOOD.replace(this, that)).expect_err(that);
            assert!(mistake.contains(problem), "{mistake}");
        }
    }
}
