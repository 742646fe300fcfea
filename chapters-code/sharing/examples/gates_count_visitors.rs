use multiprocess::shared::Value;
use multiprocess::{Process, Result};

/// A thousand people come to each gate.
fn gate(visitors: Value<u32>) {
    for _ in 0..1000 {
        let mut inside = visitors.lock().expect("no gate was killed");
        if *inside < 1500 {
            *inside += 1;
        }
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let visitors = Value::new(0)?;
    let mut north = Process::new(gate, (visitors.clone(),)).start()?;
    let mut south = Process::new(gate, (visitors.clone(),)).start()?;
    north.join()?;
    south.join()?;
    println!("{} visitors are inside", visitors.get()?);
    Ok(())
}
