//! A plan whose times are computed.

use std::fmt;

use workshop::{ALL, Exercise};

use crate::teach::exercise;
use crate::teach::note::Taught;
use crate::teach::plan::spec::{Day, Spec, Station, Time};
use crate::text::nearest::nearest;

/// How many minutes people sit through without a break, at most.
const LONGEST_STRETCH: u32 = 100;
/// What may be left at a day's end in case of questions. More than that is a gap.
const MOST_IN_RESERVE: u32 = 30;
/// What is shorter is no break.
const SHORTEST_BREAK: u32 = 5;

/// A plan with its times.
#[derive(Clone, Debug)]
pub struct Timetable<'a> {
    /// What the file says.
    pub spec: &'a Spec,
    /// Its days.
    pub days: Vec<Hours<'a>>,
    /// The pages that are left for reading.
    pub unread: Vec<&'a Taught>,
    /// The exercises that are left.
    pub undone: Vec<&'static Exercise>,
}

/// A day.
#[derive(Clone, Debug)]
pub struct Hours<'a> {
    /// What is done, each from the end of the one before.
    pub rows: Vec<Row<'a>>,
    /// When all is done.
    pub end: Time,
    /// How many minutes are left until the day has to be over.
    pub reserve: u32,
}

/// One line of a day.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// When it begins.
    pub from: Time,
    /// How long it takes.
    pub minutes: u32,
    /// What it is.
    pub what: What<'a>,
}

/// What is done.
#[derive(Clone, Debug)]
pub enum What<'a> {
    /// A page.
    Page(&'a Taught),
    /// An exercise.
    Exercise(&'static Exercise),
    /// A break.
    Break,
    /// A long one.
    Lunch,
    /// Something else.
    Other(&'a str),
}

/// What a row's minutes count as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// People listen, draw and answer.
    Teaching,
    /// People work.
    Exercise,
    /// Neither.
    Around,
    /// Nobody does anything.
    Break,
}

impl What<'_> {
    /// What its minutes count as.
    pub fn counts(&self) -> Counts {
        match self {
            What::Page(..) => Counts::Teaching,
            What::Exercise(_) => Counts::Exercise,
            What::Other(_) => Counts::Around,
            What::Break | What::Lunch => Counts::Break,
        }
    }
}

impl Row<'_> {
    /// When it is over.
    pub fn to(&self) -> Time {
        Time(self.from.0 + self.minutes)
    }

    /// How many minutes it takes when time is short, if that makes a difference.
    pub fn when_late(&self) -> Option<u32> {
        match self.what {
            What::Page(taught) => {
                Some(taught.note.can_be_cut()).filter(|cut| *cut > 0).map(|cut| self.minutes - cut)
            }
            _ => None,
        }
    }
}

impl Hours<'_> {
    /// The sum of the minutes that count so.
    pub fn sum(&self, counts: Counts) -> u32 {
        self.rows.iter().filter(|row| row.what.counts() == counts).map(|row| row.minutes).sum()
    }

    /// How many minutes of teaching can be saved when time is short.
    pub fn can_be_cut(&self) -> u32 {
        self.rows.iter().filter_map(|row| Some(row.minutes - row.when_late()?)).sum()
    }

    /// When the day has to be over.
    pub fn until(&self) -> Time {
        Time(self.end.0 + self.reserve)
    }
}

impl<'a> Timetable<'a> {
    /// Adds up what the plan says.
    ///
    /// # Errors
    ///
    /// A sentence: which name is unknown, what is out of order, which time does not suffice.
    pub fn of(spec: &'a Spec, taught: &'a [Taught]) -> Result<Timetable<'a>, String> {
        let mut course = Course { taught, pages: vec![], done: vec![] };
        let days: Vec<Hours<'a>> =
            spec.days.iter().map(|day| course.day(day)).collect::<Result<_, String>>()?;
        if days.is_empty() {
            return Err("it has no day".to_owned());
        }
        let unread = taught.iter().enumerate().filter(|(place, _)| !course.pages.contains(place));
        let undone = ALL.iter().filter(|exercise| !course.done.contains(&exercise.name));
        Ok(Timetable { spec, days, unread: unread.map(|(_, page)| page).collect(), undone: undone.collect() })
    }
}

/// What has been taught so far.
struct Course<'a> {
    taught: &'a [Taught],
    /// The places of the pages, in the book's order.
    pages: Vec<usize>,
    /// The names of the exercises.
    done: Vec<&'static str>,
}

impl<'a> Course<'a> {
    fn day(&mut self, day: &'a Day) -> Result<Hours<'a>, String> {
        let mut rows: Vec<Row<'a>> = vec![];
        let mut end = day.begins;
        for station in &day.stations {
            for (minutes, what) in self.station(station)? {
                rows.push(Row { from: end, minutes, what });
                end = Time(end.0 + minutes);
            }
        }
        no_long_stretch(&rows)?;
        let Some(reserve) = day.ends.0.checked_sub(end.0) else {
            let over = Minutes(end.0 - day.ends.0);
            return Err(format!("it runs until {end}, {over} longer than until {}", day.ends));
        };
        if reserve > MOST_IN_RESERVE {
            let gap = Minutes(reserve);
            return Err(format!("there is a gap of {gap} between its last station, {end}, and {}", day.ends));
        }
        Ok(Hours { rows, end, reserve })
    }

    /// What a station consists of.
    fn station(&mut self, station: &'a Station) -> Result<Vec<(u32, What<'a>)>, String> {
        match station {
            Station::Page(page) => self.page(page, None),
            Station::Halved(page, pause) => self.page(page, Some(*pause)),
            Station::Exercise(name) => self.further(name),
            Station::Break(minutes) => pause(*minutes).map(|minutes| vec![(minutes, What::Break)]),
            Station::Lunch(minutes) => pause(*minutes).map(|minutes| vec![(minutes, What::Lunch)]),
            Station::Other(what, minutes) => Ok(vec![(*minutes, What::Other(what))]),
        }
    }

    fn page(&mut self, name: &str, between: Option<u32>) -> Result<Vec<(u32, What<'a>)>, String> {
        let Some(place) = self.taught.iter().position(|taught| taught.page == name) else {
            let names = self.taught.iter().map(|taught| taught.page.as_str());
            return Err(match nearest(name, names) {
                Some(near) => format!("no page `{name}` has minutes; the nearest that has is `{near}`"),
                None => format!("no page `{name}` has minutes, and no other page has any"),
            });
        };
        if let Some(before) = self.pages.iter().max().filter(|before| **before >= place) {
            let before = &self.taught[*before].page;
            return Err(format!("`{name}` comes after `{before}`, and before it in the book"));
        }
        self.pages.push(place);
        let taught @ Taught { page, note, .. } = &self.taught[place];
        let mut parts = vec![(note.teaching(), What::Page(taught))];
        if let Some(minutes) = note.first {
            let first = of_page(page).next();
            let first =
                first.ok_or_else(|| format!("`{page}` has minutes for an exercise, but no exercise"))?;
            self.done.push(first.name);
            if let Some(between) = between {
                parts.push((pause(between)?, What::Break));
            }
            parts.push((minutes, What::Exercise(first)));
        } else if between.is_some() {
            return Err(format!("`{page}` has no exercise to make a break before"));
        }
        Ok(parts)
    }

    fn further(&mut self, name: &str) -> Result<Vec<(u32, What<'a>)>, String> {
        let exercise = exercise::find(name)?;
        let is_of = |place: &&usize| of_page(&self.taught[**place].page).any(|of| of.name == name);
        if !self.pages.iter().any(|place| is_of(&place)) {
            return Err(format!("the exercise `{name}` comes before its page, `{}`", exercise.page));
        }
        if self.done.contains(&exercise.name) {
            return Err(format!("the exercise `{name}` comes twice: the first of a page is a part of it"));
        }
        self.done.push(exercise.name);
        Ok(vec![(exercise.minutes, What::Exercise(exercise))])
    }
}

/// The exercises of a page, or of a chapter's folder, in order.
pub fn of_page(page: &str) -> impl Iterator<Item = &'static Exercise> {
    ALL.iter().filter(move |exercise| exercise::page(exercise).with_extension("").starts_with(page))
}

fn pause(minutes: u32) -> Result<u32, String> {
    if minutes < SHORTEST_BREAK {
        return Err(format!("a break has {SHORTEST_BREAK} minutes at least, not {minutes}"));
    }
    Ok(minutes)
}

fn no_long_stretch(rows: &[Row<'_>]) -> Result<(), String> {
    for stretch in rows.split(|row| row.what.counts() == Counts::Break) {
        let minutes: u32 = stretch.iter().map(|row| row.minutes).sum();
        if let ([first, ..], [.., last]) = (stretch, stretch)
            && minutes > LONGEST_STRETCH
        {
            return Err(format!(
                "from {} to {} there are {minutes} minutes without a break; {LONGEST_STRETCH} are the most",
                first.from,
                last.to()
            ));
        }
    }
    Ok(())
}

/// Minutes, as a clock cannot say them: `1 h 20 min`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minutes(pub u32);

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 60, self.0 % 60) {
            (0, minutes) => write!(f, "{minutes} min"),
            (hours, 0) => write!(f, "{hours} h"),
            (hours, minutes) => write!(f, "{hours} h {minutes} min"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::teach::note::Note;
    use crate::teach::plan::spec;

    const WAITING: &str = "process-based-parallelism/waiting";

    /// Pages of these minutes, and of those minutes for their first exercise.
    fn taught(pages: &[(&str, u32, Option<u32>)]) -> Vec<Taught> {
        let note = |&(page, minutes, first): &(&str, u32, Option<u32>)| Taught {
            page: page.to_owned(),
            file: PathBuf::from(page).with_extension("md"),
            title: page.to_uppercase(),
            part: None,
            note: Note { minutes, first, line: 1, text: String::new(), sections: vec![] },
        };
        pages.iter().map(note).collect()
    }

    fn book() -> Vec<Taught> {
        let pages = [("introduction", 20, None), (WAITING, 90, Some(20)), ("end", 30, None)];
        taught(&[&pages[..], &[("claims", 30, Some(5))]].concat())
    }

    fn day(stations: &str, ends: &str) -> Spec {
        let text = format!(
            r#"{{"title": "t", "says": "s", "days": [{{"begins": "9:00", "ends": "{ends}", "stations": [{stations}]}}]}}"#
        );
        spec::read(&text).expect("a plan")
    }

    /// What is wrong with a day of these stations.
    fn wrong(stations: &str, ends: &str) -> String {
        Timetable::of(&day(stations, ends), &book()).map(drop).expect_err("a mistake")
    }

    const GOOD: &str = r#"{"other": ["Opening", 20]}, {"page": "introduction"}, {"break": 10},
        {"halved": ["process-based-parallelism/waiting", 15]}, {"lunch": 60}, {"page": "end"}"#;

    #[test]
    fn times_are_added_up() {
        let (spec, book) = (day(GOOD, "13:15"), book());
        let timetable = Timetable::of(&spec, &book).expect("a timetable");
        let [hours] = &timetable.days[..] else { panic!("one day") };
        let rows: Vec<String> = hours
            .rows
            .iter()
            .map(|row| format!("{}–{} {:?}", row.from, row.to(), row.what.counts()))
            .collect();
        let expected = [
            "9:00–9:20 Around",
            "9:20–9:40 Teaching",
            "9:40–9:50 Break",
            "9:50–11:00 Teaching",
            "11:00–11:15 Break",
            "11:15–11:35 Exercise",
            "11:35–12:35 Break",
            "12:35–13:05 Teaching",
        ];
        assert_eq!(rows, expected);
        assert_eq!((hours.end, hours.reserve), (Time(13 * 60 + 5), 10));
        let sums = [Counts::Around, Counts::Teaching, Counts::Exercise, Counts::Break];
        assert_eq!(sums.map(|counts| hours.sum(counts)), [20, 120, 20, 85]);
    }

    #[test]
    fn a_page_that_takes_longer_moves_what_follows() {
        let spec = day(GOOD, "13:15");
        let longer = taught(&[("introduction", 30, None), (WAITING, 90, Some(30)), ("end", 30, None)]);
        let timetable = Timetable::of(&spec, &longer).expect("a timetable");
        let hours = &timetable.days[0];
        assert_eq!((hours.end, hours.reserve), (Time(13 * 60 + 15), 0));
        assert_eq!((hours.rows[3].minutes, hours.rows[5].minutes), (60, 30));
    }

    #[test]
    fn a_day_that_is_too_long_or_has_a_gap_is_found() {
        assert_eq!(wrong(GOOD, "12:00"), "it runs until 13:05, 1 h 5 min longer than until 12:00");
        assert_eq!(
            wrong(GOOD, "13:36"),
            "there is a gap of 31 min between its last station, 13:05, and 13:36"
        );
        assert_eq!(
            wrong(r#"{"page": "end"}, {"break": 4}"#, "9:34"),
            "a break has 5 minutes at least, not 4"
        );
        assert_eq!(
            wrong(
                r#"{"break": 5}, {"page": "process-based-parallelism/waiting"}, {"other": ["x", 11]}"#,
                "10:46"
            ),
            "from 9:05 to 10:46 there are 101 minutes without a break; 100 are the most"
        );
    }

    #[test]
    fn what_is_unknown_or_out_of_order_is_found() {
        for (stations, problem) in [
            (r#"{"page": "ende"}"#, "no page `ende` has minutes; the nearest that has is `end`"),
            (
                r#"{"page": "end"}, {"page": "introduction"}"#,
                "`introduction` comes after `end`, and before it",
            ),
            (r#"{"page": "end"}, {"page": "end"}"#, "`end` comes after `end`"),
            (
                r#"{"exercise": "leaves_zombie"}"#,
                "no exercise `leaves_zombie`; the nearest is `leaves_zombies`",
            ),
            (
                r#"{"exercise": "leaves_zombies"}"#,
                "`leaves_zombies` comes before its page, `process-based-parallelism/waiting/check-yourself`",
            ),
            (
                r#"{"page": "process-based-parallelism/waiting"}, {"exercise": "leaves_zombies"}"#,
                "`leaves_zombies` comes twice",
            ),
            (r#"{"halved": ["end", 10]}"#, "`end` has no exercise to make a break before"),
            (r#"{"page": "claims"}"#, "`claims` has minutes for an exercise, but no exercise"),
        ] {
            let message = wrong(stations, "11:00");
            assert!(message.contains(problem), "{message}");
        }
    }

    #[test]
    fn what_is_left_is_said() {
        let (spec, book) = (day(r#"{"page": "introduction"}, {"page": "end"}"#, "10:00"), book());
        let timetable = Timetable::of(&spec, &book).expect("a timetable");
        let unread: Vec<&str> = timetable.unread.iter().map(|taught| taught.page.as_str()).collect();
        assert_eq!(unread, [WAITING, "claims"]);
        assert_eq!(timetable.undone.len(), ALL.len());
    }
}
