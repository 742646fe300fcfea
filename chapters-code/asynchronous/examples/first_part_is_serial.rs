use std::iter::successors;
use std::thread;

/// Each number follows from the one before it, so this part is serial.
fn draw_numbers() -> Vec<u32> {
    let next = |n: &u32| Some(n.wrapping_mul(1_664_525).wrapping_add(12_345));
    successors(Some(42), next).step_by(1_999).take(2_000).collect()
}

fn is_prime(n: u32) -> bool {
    let last = n.isqrt();
    n > 1 && (2..=last).all(|divisor| !n.is_multiple_of(divisor))
}

/// Two of these can run at the same time, each on its part of the numbers.
fn count_primes(numbers: &[u32]) -> usize {
    numbers.iter().filter(|&&number| is_prime(number)).count()
}

fn main() {
    let numbers = draw_numbers();
    let (one, other) = numbers.split_at(numbers.len() / 2);
    let primes = thread::scope(|scope| {
        let worker = scope.spawn(|| count_primes(one));
        count_primes(other) + worker.join().expect("it does not panic")
    });
    println!("{primes} of {} numbers are prime", numbers.len());
}
