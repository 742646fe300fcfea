fn term(k: u64) -> f64 {
    let sign = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
    sign / (2 * k + 1) as f64
}

fn main() {
    for terms in [10, 1_000, 1_000_000] {
        let sum: f64 = (0..terms).map(term).sum();
        println!("{:.8} from {terms} terms", 4.0 * sum);
    }
}
