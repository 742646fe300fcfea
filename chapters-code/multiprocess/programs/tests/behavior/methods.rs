//! Under which start methods a test runs its programs, and the count of it, which is printed when the tests are done.
//!
//! Every test says it: [`every_method`], [`but_not`] or [`only`] with the reason why a method is left out, [`no_method`] or
//! [`its_own_methods`]. A program outside of these does not run. What a machine lacks is left out by [`cannot_run`].

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Mutex, Once, PoisonError};

use multiprocess_programs::os;

/// A start method, by the name that the programs are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Method {
    Spawn,
    Fork,
    Forkserver,
}

thread_local! {
    /// What the programs that this test runs now are told; `Err` outside of the functions below.
    static CURRENT: Cell<Result<Option<Method>, ()>> = const { Cell::new(Err(())) };
}

/// The pairs of a test and a method: `None` when it was run, or the reason why it was not.
static COUNTED: Mutex<BTreeMap<(String, Method), Option<&'static str>>> = Mutex::new(BTreeMap::new());

impl Method {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Method::Spawn => "spawn",
            Method::Fork => "fork",
            Method::Forkserver => "forkserver",
        }
    }

    const ALL: [Method; 3] = [Method::Spawn, Method::Fork, Method::Forkserver];

    /// The method that the test is at.
    pub(crate) fn current() -> Option<Method> {
        CURRENT.get().expect("a test says by which start methods it runs")
    }
}

/// Calls the test with each start method.
pub(crate) fn every_method(test: impl FnMut(Method)) {
    but(&[], test);
}

/// Calls the test with each start method but those that are left out for the reason.
pub(crate) fn but_not(left_out: &[Method], reason: &'static str, test: impl FnMut(Method)) {
    let left_out: Vec<_> = left_out.iter().map(|&method| (method, reason)).collect();
    but(&left_out, test);
}

/// Calls the test with one start method, the others being left out for the reason.
pub(crate) fn only(method: Method, reason: &'static str, test: impl FnOnce()) {
    let mut test = Some(test);
    let others: Vec<_> = Method::ALL.into_iter().filter(|&other| other != method).collect();
    but_not(&others, reason, |_| test.take().expect("one method is left")());
}

fn but(left_out: &[(Method, &'static str)], mut test: impl FnMut(Method)) {
    for method in Method::ALL {
        match left_out.iter().find(|(left_out, _)| *left_out == method) {
            Some((_, reason)) => count(method, Some(reason)),
            None => {
                count(method, None);
                with(Some(method), || test(method));
            }
        }
    }
}

/// Calls the test without a method, for the reason.
pub(crate) fn no_method(reason: &'static str, test: impl FnOnce()) {
    Method::ALL.into_iter().for_each(|method| count(method, Some(reason)));
    with(None, test);
}

/// Calls the test with programs that choose every start method by themselves.
pub(crate) fn its_own_methods(test: impl FnOnce()) {
    Method::ALL.into_iter().for_each(|method| count(method, None));
    with(None, test);
}

/// Says that this machine cannot run the test with the method that it is at: counted as left out, and told at once.
pub(crate) fn cannot_run(reason: &str) {
    let method =
        Method::current().expect("a program that needs more than every machine has is run by a method");
    let reason = format!("this machine cannot run it: {}", reason.trim());
    crate::common::tell(&format!("NOT TESTED with {}: {reason}", method.name()));
    let pair = (current_test(), method);
    COUNTED.lock().unwrap_or_else(PoisonError::into_inner).insert(pair, Some(reason.leak()));
}

fn current_test() -> String {
    std::thread::current().name().expect("a test's thread has its name").to_owned()
}

fn with(method: Option<Method>, test: impl FnOnce()) {
    // Seen when the test fails.
    println!("start method: {}", method.map_or("none", Method::name));
    CURRENT.set(Ok(method));
    test();
    CURRENT.set(Err(()));
}

fn count(method: Method, left_out: Option<&'static str>) {
    static REGISTER: Once = Once::new();
    REGISTER.call_once(|| os::at_exit(print_count));
    let test = current_test();
    let mut counted = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
    let pair = counted.entry((test, method)).or_insert(left_out);
    // A test may have parts with different reasons.
    *pair = pair.and(left_out);
}

/// Past the harness, which would show it for a failed test only.
extern "C" fn print_count() {
    let counted = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
    let tests: BTreeSet<&String> = counted.keys().map(|(test, _)| test).collect();
    let run = counted.values().filter(|left_out| left_out.is_none()).count();
    let left_out = counted.len() - run;
    let mut text = format!(
        "\n{} behaviors by {} start methods: {run} pairs were run, {left_out} were left out\n",
        tests.len(),
        Method::ALL.len()
    );
    let mut reasons: BTreeMap<(&str, Method), usize> = BTreeMap::new();
    for (&(_, method), reason) in counted.iter() {
        if let Some(reason) = reason {
            *reasons.entry((reason, method)).or_default() += 1;
        }
    }
    for ((reason, method), count) in reasons {
        let _ = writeln!(text, "  {} in {count}: {reason}", method.name());
    }
    os::write_to_stderr(text.as_bytes());
}
