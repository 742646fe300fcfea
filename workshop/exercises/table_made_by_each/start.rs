use std::{env, sync::LazyLock, thread::sleep, time::Duration};

use multiprocess::{Process, Result, StartMethod, set_start_method};

/// The smallest factor of each number below a thousand.
static SMALLEST: LazyLock<Vec<usize>> = LazyLock::new(|| {
    println!("table made");
    // Stands in for a table that is a thousand times as long.
    sleep(Duration::from_millis(100));
    (0..1000).map(|number| (2..number).find(|factor| number % factor == 0).unwrap_or(number)).collect()
});

fn factors(mut number: usize) -> Vec<usize> {
    let mut factors = Vec::new();
    while number > 1 {
        factors.push(SMALLEST[number]);
        number /= SMALLEST[number];
    }
    factors
}

fn answer(number: usize) {
    println!("{number} has the factors {:?}", factors(number));
}

fn main() -> Result<()> {
    multiprocess::init();
    set_start_method(StartMethod::forkserver())?;
    // Before the first request, so that no request has to wait for it.
    LazyLock::force(&SMALLEST);
    println!("ready for requests");
    for request in env::args().skip(1) {
        let number: usize = request.parse().expect("a request is a number below a thousand");
        Process::new(answer, (number,)).start()?.join()?;
    }
    Ok(())
}
