//! The samples of a results file, as points with their middle half.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::figure::plot::crossing::crossing;
use crate::figure::plot::point::Point;
use crate::figure::plot::spec::{self, Spec};
use crate::figure::plot::words::Unit;
use crate::text::nearest::nearest;

/// What a benchmark left.
#[derive(Clone, Debug, Deserialize)]
pub struct Results {
    /// Where it was measured.
    pub machine: String,
    /// How many samples each case has.
    pub rounds: usize,
    /// What the samples are.
    pub unit: Unit,
    /// All cases.
    pub cases: Vec<Case>,
}

/// One thing that was measured.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    /// Its name in tables.
    pub name: String,
    /// One a round.
    pub samples: Vec<f64>,
}

/// A plot, before it has a place on the page.
#[derive(Clone, Debug)]
pub struct Plot<'a> {
    /// The words, the axes and the guides.
    pub spec: &'a Spec,
    /// What was measured, and where.
    pub results: &'a Results,
    /// What stands on the upward axis.
    pub unit: Unit,
    /// The lines, in the file's order.
    pub lines: Vec<Line>,
}

/// What was measured of one thing at several values.
#[derive(Clone, Debug)]
pub struct Line {
    /// What stands beside it.
    pub label: String,
    /// From left to right.
    pub points: Vec<Point>,
    /// From where on it lies below the one that it is compared with, if it comes to that.
    pub below_from: Option<(f64, f64)>,
}

impl Results {
    /// Reads `<name>.json` in that folder.
    ///
    /// # Errors
    ///
    /// What is wrong, with the nearest name that is there.
    pub fn read(folder: &Path, name: &str) -> Result<Results, String> {
        let path = folder.join(name).with_extension("json");
        let text = fs::read_to_string(&path).map_err(|_| {
            let files = fs::read_dir(folder).into_iter().flatten().flatten();
            let names: Vec<String> = files
                .map(|file| file.path())
                .filter(|path| path.extension().is_some_and(|end| end == "json"))
                .map(|path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned())
                .collect();
            let near = nearest(name, names.iter().map(String::as_str)).unwrap_or("none at all");
            format!("there are no results `{name}`; the nearest are `{near}`")
        })?;
        serde_json::from_str(&text).map_err(|e| format!("the results `{name}` cannot be read: {e}"))
    }

    fn samples(&self, name: &str) -> Result<&[f64], String> {
        let found = self.cases.iter().find(|case| case.name == name);
        found.filter(|case| !case.samples.is_empty()).map(|case| &case.samples[..]).ok_or_else(|| {
            let near = nearest(name, self.cases.iter().map(|case| case.name.as_str())).unwrap_or_default();
            format!("nothing was measured of “{name}”; the nearest is “{near}”")
        })
    }
}

impl<'a> Plot<'a> {
    /// The points of all lines.
    ///
    /// # Errors
    ///
    /// When something was not measured, or has no place on a logarithmic axis.
    pub fn of(spec: &'a Spec, results: &'a Results) -> Result<Plot<'a>, String> {
        let speed_up = spec.y.speed_up_over.is_some();
        let mut lines =
            spec.series.iter().map(|series| line(spec, series, results)).collect::<Result<Vec<_>, _>>()?;
        let heights = lines.iter().flat_map(|line| &line.points).flat_map(|point| point.y);
        if spec.y.log && heights.clone().any(|y| y <= 0.0) {
            return Err("a sample of 0 has no place on a logarithmic axis".to_owned());
        }
        if let Some(at) =
            spec.below.as_ref().and_then(|below| lines.iter().position(|line| line.label == *below))
        {
            let other = lines[at].points.clone();
            for line in lines.iter_mut().filter(|line| line.label != spec.series[at].label) {
                line.below_from = crossing(&line.points, &other);
            }
        }
        Ok(Plot { spec, results, unit: if speed_up { Unit::Times } else { results.unit }, lines })
    }
}

fn line(spec: &Spec, series: &spec::Series, results: &Results) -> Result<Line, String> {
    let point = |&x: &u64| {
        let samples = results.samples(&series.cases.replace("{}", &spec.x.in_case(x)))?;
        let over = series.speed_up_over.as_ref().or(spec.y.speed_up_over.as_ref());
        let values = match over {
            Some(over) => results
                .samples(&over.replace("{}", &spec.x.in_case(x)))?
                .iter()
                .zip(samples)
                .map(|(over, of)| over / of)
                .collect(),
            None => samples.to_vec(),
        };
        Ok(Point { x: x as f64, y: quartiles(values) })
    };
    let mut points =
        series.at.as_ref().unwrap_or(&spec.x.at).iter().map(point).collect::<Result<Vec<_>, String>>()?;
    points.sort_by(|a, b| a.x.total_cmp(&b.x));
    Ok(Line { label: series.label.clone(), points, below_from: None })
}

/// As the tables beside the plots have them.
fn quartiles(mut samples: Vec<f64>) -> [f64; 3] {
    samples.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| samples[(samples.len() - 1) * quarter / 4])
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const SPEC: &str = r#"{"results": "r", "title": "A title", "says": "What is seen.",
        "x": {"title": "workers", "at": [1, 2, 4]}, "y": {"title": "time"},
        "series": [{"label": "threads", "cases": "threads: {}"}, {"label": "fork", "cases": "fork: {}", "at": [1, 2]}]}"#;

    pub(crate) fn results() -> Results {
        let case = |name: &str, samples: &[f64]| Case { name: name.to_owned(), samples: samples.to_vec() };
        let cases = vec![
            case("alone", &[100.0, 100.0, 100.0]),
            case("threads: 1", &[100.0, 90.0, 110.0]),
            case("threads: 2", &[50.0, 50.0, 51.0]),
            case("threads: 4", &[50.0, 49.0, 60.0]),
            case("fork: 1", &[101.0, 101.0, 102.0]),
            case("fork: 2", &[50.0, 52.0, 52.0]),
        ];
        Results { machine: "a machine".to_owned(), rounds: 3, unit: Unit::Microseconds, cases }
    }

    #[test]
    fn a_point_is_the_median_with_its_quartiles() {
        let (spec, results) = (spec::read(SPEC).expect("a plot"), results());
        let plot = Plot::of(&spec, &results).expect("all is there");
        assert_eq!(plot.lines[0].points.len(), 3);
        assert_eq!(plot.lines[0].points[0], Point { x: 1.0, y: [90.0, 100.0, 100.0] });
        assert_eq!(plot.lines[1].points.iter().map(|point| point.x).collect::<Vec<_>>(), [1.0, 2.0]);
    }

    #[test]
    fn a_speed_up_is_taken_within_each_round() {
        let text = SPEC.replace("\"time\"", "\"speed-up\", \"speed_up_over\": \"alone\"");
        let (spec, results) = (spec::read(&text).expect("a plot"), results());
        let plot = Plot::of(&spec, &results).expect("all is there");
        assert_eq!(plot.lines[0].points[1].y, [100.0 / 51.0, 2.0, 2.0]);
    }

    #[test]
    fn what_was_not_measured_is_named() {
        let (spec, results) = (spec::read(&SPEC.replace("fork: {}", "frok: {}")).expect("a plot"), results());
        let mistake = Plot::of(&spec, &results).map(drop).expect_err("there is no such case");
        assert!(mistake.contains("“frok: 1”") && mistake.contains("“fork: 1”"), "{mistake}");
        let text = SPEC.replace("\"time\"", "\"time\", \"log\": true");
        let spec = spec::read(&text).expect("a plot");
        let mut with_zero = results;
        with_zero.cases[1].samples[1] = 0.0;
        assert!(Plot::of(&spec, &with_zero).is_err());
    }
}
