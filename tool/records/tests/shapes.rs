//! What two runs must have in common to have the same shape, and what not.

use records::{
    shape::{Shape, Within},
    timeline::Run,
};

/// A main process that writes these lines and ends, with what else happens.
fn shape(lines: &[&str], end: &str, more: &str, within: Within) -> Shape {
    let writes: String = lines
        .iter()
        .map(|line| format!(r#"{{"at":1,"process":0,"write":{{"to":"stdout","text":"{line}\n"}}}},"#))
        .collect();
    let text = format!(
        r#"{{"over":9,"processes":[{{"name":"main"}}],"events":[{writes}{{"at":2,"process":0,"end":{end}}}{more}]}}"#
    );
    let run: Run = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    Shape::of(&run, within)
}

const WELL: &str = r#"{"exit":0}"#;
const DEADLINE: &str = r#""deadline""#;
const REAPED: &str = r#",{"at":3,"process":0,"reaped":null}"#;

#[test]
fn the_order_of_lines_is_part_only_where_nothing_else_is_allowed() {
    let [one, other] =
        [["a", "b"], ["b", "a"]].map(|lines| move |within| shape(&lines, WELL, REAPED, within));
    one(Within::ButCollections).same_as(&other(Within::ButCollections)).expect("another order");
    one(Within::Exact).same_as(&other(Within::Exact)).expect_err("another order");
}

#[test]
fn which_thread_wrote_a_line_is_part_only_where_nothing_else_is_allowed() {
    let by = |threads: [usize; 2], within| {
        let write = |thread| {
            format!(r#"{{"at":1,"process":0,"thread":{thread},"write":{{"to":"stdout","text":"a\n"}}}}"#)
        };
        let writes = threads.map(write).join(",");
        let text = format!(r#"{{"over":9,"processes":[{{"name":"main","threads":3}}],"events":[{writes}]}}"#);
        let run: Run = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        Shape::of(&run, within)
    };
    by([1, 1], Within::ButCollections).same_as(&by([1, 2], Within::ButCollections)).expect("another thread");
    by([1, 1], Within::Exact).same_as(&by([1, 2], Within::Exact)).expect_err("another thread");
}

#[test]
fn the_lines_themselves_are_always_part() {
    for within in [Within::Exact, Within::ButCollections] {
        let recorded = shape(&["a", "b"], WELL, REAPED, within);
        for lines in [&["a"][..], &["a", "c"], &["a", "b", "b"], &["ab"]] {
            recorded.same_as(&shape(lines, WELL, REAPED, within)).expect_err("other lines");
        }
    }
}

#[test]
fn who_collects_is_part_unless_the_deadline_came() {
    let collected = |end, more| shape(&[], end, more, Within::Exact);
    collected(DEADLINE, REAPED).same_as(&collected(DEADLINE, "")).expect("killed by nobody of the program");
    collected(WELL, REAPED).same_as(&collected(WELL, "")).expect_err("one was collected");
    collected(WELL, REAPED).same_as(&collected(DEADLINE, REAPED)).expect_err("another end");
}
