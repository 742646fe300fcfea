use pi::series::sum;
use pi::threads::split;

const TERMS: u64 = 1_000_000;

fn main() {
    for parts in [1, 2, 4, 8] {
        let total: f64 = split(0..TERMS, parts).into_iter().map(sum).sum();
        println!("{parts} parts: {:.16}", 4.0 * total);
    }
}
