use multiprocess::Result;
use multiprocess::shared::Value;

fn main() -> Result<()> {
    multiprocess::init();
    let _visitors = Value::new(0)?;
    let _is_open = Value::new(true)?;
    let _title = Value::new(String::from("Rembrandt"))?;
    Ok(())
}
