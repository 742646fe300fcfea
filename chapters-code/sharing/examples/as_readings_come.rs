// TIMELINE: messages, marks
// ANCHOR: station
use multiprocess::pipe::Sender;
use multiprocess::{Process, RecvError, Result, pipe, wait};

fn measure(name: String, readings: Sender<i32>) {
    for degrees in [18, 21] {
        readings.send(degrees).expect("main receives");
        if name == "west" {
            std::process::abort(); // stands for a crash
        }
    }
}
// ANCHOR_END: station

fn main() -> Result<()> {
    multiprocess::init();
    // ANCHOR: start
    let mut stations = vec![];
    let mut receivers = vec![];
    for name in ["north", "west"] {
        let (sender, receiver) = pipe()?;
        marks::name_end(&receiver, name); // its name in the figure
        let process = Process::new(measure, (name.to_owned(), sender));
        stations.push((name, process.name(name).start()?));
        receivers.push(receiver);
    }
    // ANCHOR_END: start
    // ANCHOR: serve
    while !receivers.is_empty() {
        let mut ready = wait(&receivers, None)?;
        ready.reverse(); // from the back, so the other indices stay right
        for index in ready {
            let (name, station) = &mut stations[index];
            match receivers[index].recv() {
                Ok(degrees) => println!("{name}: {degrees} degrees"),
                Err(RecvError::Disconnected) => {
                    match station.join() {
                        Ok(()) => println!("{name}: done"),
                        Err(_) => println!("{name}: crashed"),
                    }
                    stations.remove(index);
                    receivers.remove(index);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    // ANCHOR_END: serve
    Ok(())
}
