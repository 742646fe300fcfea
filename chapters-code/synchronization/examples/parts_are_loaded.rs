use std::sync::mpsc::channel;
use std::thread;

fn main() {
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        for part in ["map", "prices", "users"] {
            let loaded = sender.clone();
            scope.spawn(move || {
                println!("loaded: {part}");
                loaded.send(()).expect("`main` receives it");
                drop(loaded); // this thread sends nothing more
                // here the thread would go on and serve
            });
        }
        drop(sender);
        for _part in 0..3 {
            receiver.recv().expect("each thread sends");
        }
        println!("open for customers");
    });
}
