use multiprocess::{Process, Result};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Circle(f64),
}

#[derive(Serialize, Deserialize)]
enum Shape {
    Circle(f64),
}

fn main() -> Result<()> {
    multiprocess::init();
    let area = |Shape::Circle(r)| r * r * 3.0;
    let mut child = Process::new(area, (Shape::Circle(2.0),)).start()?;
    println!("{}", child.join()?);

    let area = |Untagged::Circle(r)| r * r * 3.0;
    let mut child = Process::new(area, (Untagged::Circle(2.0),)).start()?;
    println!("{}", child.join()?);
    Ok(())
}
