use multiprocess::shared::Value;
use multiprocess::{Process, Result};

fn gate(visitors: Value<u32>) {
    for _ in 0..1000 {
        *visitors.lock().expect("no gate was killed") += 1;
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let visitors = Value::new(0)?;
    let mut north = Process::new(gate, (visitors.clone(),)).start()?;
    let mut south = Process::new(gate, (visitors.clone(),)).start()?;
    north.join()?;
    south.join()?;
    println!("{} visitors", visitors.get()?);
    Ok(())
}
