use pi::series::term;
use pi::summation::compensated;

const TERMS: u64 = 1_000_000;

fn main() {
    let missing = 1.0 / TERMS as f64;
    let plain: f64 = (0..TERMS).map(term).sum();
    let careful = compensated((0..TERMS).map(term));
    println!("one after the other: {:.16}", 4.0 * plain + missing);
    println!("compensated:         {:.16}", 4.0 * careful + missing);
    println!("pi:                  {:.16}", std::f64::consts::PI);
}
