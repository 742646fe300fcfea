// TIMELINE: messages
use multiprocess::pipe::Sender;
use multiprocess::{Process, RecvError, Result, pipe, wait};

// ANCHOR: station
fn measure(name: String, readings: Sender<i32>) {
    for degrees in [18, 21] {
        readings.send(degrees).expect("main receives");
        if name == "west" {
            std::process::abort(); // stands for a crash
        }
    }
}
// ANCHOR_END: station

// ANCHOR: main
fn main() -> Result<()> {
    multiprocess::init();
    let mut stations = vec![];
    for name in ["north", "west"] {
        let (sender, receiver) = pipe()?;
        let process = Process::new(measure, (name.to_owned(), sender));
        stations.push((name, process.name(name).start()?, receiver));
    }
    while !stations.is_empty() {
        let receivers: Vec<_> = stations.iter().map(|(.., r)| r).collect();
        for place in wait(&receivers, None)?.into_iter().rev() {
            let (name, station, receiver) = &mut stations[place];
            match receiver.recv() {
                Ok(degrees) => println!("{name}: {degrees} degrees"),
                Err(RecvError::Disconnected) => {
                    let end = station.join().map_or("crashed", |()| "done");
                    println!("{name}: {end}");
                    stations.remove(place);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}
// ANCHOR_END: main
