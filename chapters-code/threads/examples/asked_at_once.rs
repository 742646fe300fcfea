use std::{io, thread};

use threads::stations::{self, ask};

fn main() -> io::Result<()> {
    let reports = ["north 12 °C", "east 9 °C", "south 15 °C", "west 11 °C"];
    let stations = stations::in_groups(4, &reports);
    thread::scope(|scope| {
        let start = |station| scope.spawn(move || ask(station));
        let threads: Vec<_> = stations.into_iter().map(start).collect();
        for thread in threads {
            println!("{}", thread.join().unwrap()?);
        }
        Ok(())
    })
}
