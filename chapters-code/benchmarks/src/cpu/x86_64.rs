//! x86-64: the series with vector instructions chosen by hand, which the compiled loops are held against, and `cpuid`.

use std::arch::x86_64::*;
use std::hint::black_box;
use std::ops::Range;
use std::time::Instant;

use nix::sys::ptrace;
use nix::unistd::Pid;
use pi::wide;

use super::{Loop, Next};

pub(crate) const LANES: &str = "Rust, 16 lanes, for every x86-64";

/// The loops for the wider vectors that this CPU has, each as the compiler makes it and then by hand. The last is the fastest.
pub(crate) fn wide() -> Vec<Loop> {
    let mut loops: Vec<Loop> = Vec::new();
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the CPU has what the functions are compiled for.
        loops.push(("Rust, 16 lanes, for AVX2", |terms| unsafe { wide::avx2(terms) }));
        // SAFETY: as above.
        loops.push(("by hand, AVX2", |terms| unsafe { by_four(terms) }));
    }
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: the CPU has what the functions are compiled for.
        loops.push(("Rust, 16 lanes, for AVX-512", |terms| unsafe { wide::avx512(terms) }));
        // SAFETY: as above.
        loops.push(("by hand, AVX-512", |terms| unsafe { by_eight(terms) }));
    }
    loops
}

/// What a stopped process executes next.
pub(crate) fn next(pid: Pid) -> anyhow::Result<Next> {
    const CPUID: i64 = 0xa20f;
    const SYSCALL: i64 = 0x050f;
    let at = ptrace::getregs(pid)?.rip;
    Ok(match ptrace::read(pid, at as ptrace::AddressType)? & 0xffff {
        CPUID => Next::Cpuid,
        SYSCALL => Next::SystemCall,
        _ => Next::Other,
    })
}

/// How long one `cpuid` takes, in microseconds.
pub(crate) fn cpuid_takes() -> Option<f64> {
    const TIMES: u32 = 1000;
    let started = Instant::now();
    for _ in 0..TIMES {
        #[allow(unused_unsafe, reason = "the call is safe since Rust 1.94")]
        // SAFETY: every x86-64 CPU has this instruction.
        black_box(unsafe { __cpuid(0) });
    }
    Some(started.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES))
}

/// How many vectors are in work at once, so that no division waits for another one's sum.
const AT_ONCE: usize = 4;

/// The odd number and the sign of a term.
fn odd_and_sign(k: u64) -> (f64, f64) {
    ((2 * k + 1) as f64, if k.is_multiple_of(2) { 1.0 } else { -1.0 })
}

/// The sum of these terms by four numbers at a time.
#[target_feature(enable = "avx2")]
fn by_four(terms: Range<u64>) -> f64 {
    const WIDTH: u64 = 4;
    let blocks = (terms.end - terms.start) / (AT_ONCE as u64 * WIDTH);
    let vector =
        |value: fn(u64) -> f64, k: u64| _mm256_set_pd(value(k + 3), value(k + 2), value(k + 1), value(k));
    let sign = vector(|k| odd_and_sign(k).1, terms.start);
    let mut odd: [__m256d; AT_ONCE] =
        std::array::from_fn(|at| vector(|k| odd_and_sign(k).0, terms.start + at as u64 * WIDTH));
    let step = _mm256_set1_pd(2.0 * AT_ONCE as f64 * WIDTH as f64);
    let mut sums = [_mm256_setzero_pd(); AT_ONCE];
    for _ in 0..blocks {
        for (sum, odd) in sums.iter_mut().zip(&mut odd) {
            *sum = _mm256_add_pd(*sum, _mm256_div_pd(sign, *odd));
            *odd = _mm256_add_pd(*odd, step);
        }
    }
    let all = _mm256_add_pd(_mm256_add_pd(sums[0], sums[1]), _mm256_add_pd(sums[2], sums[3]));
    let half = _mm_add_pd(_mm256_castpd256_pd128(all), _mm256_extractf128_pd::<1>(all));
    let sum = _mm_cvtsd_f64(_mm_add_sd(half, _mm_unpackhi_pd(half, half)));
    sum + pi::series::sum(terms.start + blocks * AT_ONCE as u64 * WIDTH..terms.end)
}

/// The sum of these terms by eight numbers at a time.
#[target_feature(enable = "avx512f")]
fn by_eight(terms: Range<u64>) -> f64 {
    const WIDTH: u64 = 8;
    let blocks = (terms.end - terms.start) / (AT_ONCE as u64 * WIDTH);
    let vector = |value: fn(u64) -> f64, k: u64| {
        let [a, b, c, d, e, f, g, h] = std::array::from_fn(|at| value(k + at as u64));
        _mm512_set_pd(h, g, f, e, d, c, b, a)
    };
    let sign = vector(|k| odd_and_sign(k).1, terms.start);
    let mut odd: [__m512d; AT_ONCE] =
        std::array::from_fn(|at| vector(|k| odd_and_sign(k).0, terms.start + at as u64 * WIDTH));
    let step = _mm512_set1_pd(2.0 * AT_ONCE as f64 * WIDTH as f64);
    let mut sums = [_mm512_setzero_pd(); AT_ONCE];
    for _ in 0..blocks {
        for (sum, odd) in sums.iter_mut().zip(&mut odd) {
            *sum = _mm512_add_pd(*sum, _mm512_div_pd(sign, *odd));
            *odd = _mm512_add_pd(*odd, step);
        }
    }
    let all = _mm512_add_pd(_mm512_add_pd(sums[0], sums[1]), _mm512_add_pd(sums[2], sums[3]));
    _mm512_reduce_add_pd(all) + pi::series::sum(terms.start + blocks * AT_ONCE as u64 * WIDTH..terms.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_add_the_same_terms() {
        for terms in [0..0, 0..31, 3..1000, 4..10_001] {
            let expected = pi::series::sum(terms.clone());
            for (name, sum) in wide() {
                assert!((sum(terms.clone()) - expected).abs() < 1e-14, "{name}: {terms:?}");
            }
        }
    }
}
