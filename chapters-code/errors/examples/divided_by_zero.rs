use multiprocess::{Process, Result};

fn divide(a: u32, b: u32) -> u32 {
    a / b
}

fn divide_or_not(a: u32, b: u32) -> Option<u32> {
    a.checked_div(b)
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut child = Process::new(divide_or_not, (1, 0)).start()?;
    println!("{:?}", child.join()?);
    let mut child = Process::new(divide, (1, 0)).start()?;
    println!("{}", child.join()?);
    Ok(())
}
