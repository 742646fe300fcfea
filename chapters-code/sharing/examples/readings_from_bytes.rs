use multiprocess::shared::SharedMemory;
use multiprocess::{Process, Result};
use zerocopy::{FromBytes, Immutable, IntoBytes};

#[derive(FromBytes, IntoBytes, Immutable, Clone, Debug)]
#[repr(C)]
struct Reading {
    station: u32,
    celsius: f32,
}

fn record(memory: SharedMemory, at: usize) {
    let reading = Reading { station: 7, celsius: -3.5 };
    memory.write(at, reading.as_bytes());
}

fn main() -> Result<()> {
    multiprocess::init();
    let memory = SharedMemory::new(100 * size_of::<Reading>())?;
    let at = 2 * size_of::<Reading>();
    Process::new(record, (memory.clone(), at)).start()?.join()?;

    let mut readings = vec![Reading { station: 0, celsius: 0.0 }; 3];
    memory.read(0, readings.as_mut_bytes());
    for reading in readings {
        println!("{reading:?}");
    }
    Ok(())
}
