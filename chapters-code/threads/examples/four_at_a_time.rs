use std::sync::{Mutex, mpsc};
use std::thread;

use threads::stations::{self, ask};

fn main() {
    let stations = stations::in_groups(4, &["12 °C"; 12]);
    let queue = Mutex::new(stations.into_iter().enumerate());
    let (sender, answers) = mpsc::channel();
    thread::scope(|scope| {
        let threads = [(); 4].map(|()| {
            let (queue, sender) = (&queue, sender.clone());
            scope.spawn(move || {
                let next = || queue.lock().unwrap().next();
                while let Some((number, station)) = next() {
                    sender.send((number, ask(station))).unwrap();
                }
            })
        });
        drop(sender);
        for (number, answer) in answers {
            println!("station {number}: {}", answer.unwrap());
        }
        for thread in threads {
            thread.join().unwrap();
        }
    });
    println!("at most {} at a time", stations::most_clients());
}
