use multiprocess::{Process, StartMethod, set_start_method};

fn square(number: u32) -> u32 {
    number * number
}

fn main() -> multiprocess::Result<()> {
    println!("the program begins");
    multiprocess::init();
    set_start_method(StartMethod::forkserver())?;
    let mut children = Vec::new();
    for number in 1..=16 {
        children.push(Process::new(square, (number,)).start()?);
    }
    let mut sum = 0;
    for child in &mut children {
        sum += child.join()?;
    }
    println!("the sum of {} squares is {sum}", children.len());
    Ok(())
}
