use pi::series::term;
use pi::summation::{compensated, exact, pairwise};

const TERMS: u64 = 1_000_000;

fn main() {
    let expected = 4.0 * exact(TERMS);
    println!("exact, rounded once    {expected:.16}");
    let report = |how: &str, sum: f64| {
        let pi = 4.0 * sum;
        // Between 2 and 4 neighboring numbers are this far apart.
        let units = (pi - expected) / (2.0 * f64::EPSILON);
        println!("{how:22} {pi:.16}, off by {units:+}");
    };
    report("first to last", (0..TERMS).map(term).sum());
    report("last to first", (0..TERMS).rev().map(term).sum());
    report("pairwise", pairwise(0..TERMS, term));
    report("compensated", compensated((0..TERMS).map(term)));
}
