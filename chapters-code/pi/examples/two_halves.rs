use multiprocess::Process;
use pi::series::sum;

const TERMS: u64 = 1_000_000;

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut first = Process::new(sum, (0..TERMS / 2,)).start()?;
    let mut second = Process::new(sum, (TERMS / 2..TERMS,)).start()?;
    let (first, second) = (first.join()?, second.join()?);
    println!("first half:  {:19.16}", 4.0 * first);
    println!("second half: {:19.16}", 4.0 * second);
    println!("pi, about:   {:19.16}", 4.0 * (first + second));
    Ok(())
}
