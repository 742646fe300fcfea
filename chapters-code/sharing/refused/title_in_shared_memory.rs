use multiprocess::Result;
use multiprocess::shared::Value;

fn main() -> Result<()> {
    multiprocess::init();
    let open = Value::new(true)?;
    let exhibition = Value::new(String::from("Rembrandt"))?;
    println!("{} {}", open.get()?, exhibition.lock()?);
    Ok(())
}
