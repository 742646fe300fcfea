use multiprocess::{Process, Result};

fn check(number: i32) -> bool {
    if number < 0 {
        std::process::exit(3);
    }
    number < 100
}

fn check_and_say(number: i32) -> std::result::Result<bool, String> {
    if number < 0 {
        return Err(format!("{number} is negative"));
    }
    Ok(number < 100)
}

fn main() -> Result<()> {
    multiprocess::init();
    println!("{:?}", Process::new(check_and_say, (-1,)).start()?.join()?);
    println!("{:?}", Process::new(check, (-1,)).start()?.join()?);
    Ok(())
}
