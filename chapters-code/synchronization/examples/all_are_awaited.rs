use std::thread;
use std::time::Duration;

struct Shop {
    name: &'static str,
    price: u64,
    milliseconds: u64,
}

const SHOPS: [Shop; 3] = [
    Shop { name: "Harbor", price: 42, milliseconds: 60 },
    Shop { name: "Mill", price: 38, milliseconds: 20 },
    Shop { name: "Station", price: 45, milliseconds: 40 },
];

fn ask(shop: &Shop) -> u64 {
    thread::sleep(Duration::from_millis(shop.milliseconds)); // the network
    shop.price
}

fn main() {
    thread::scope(|scope| {
        let asked: Vec<_> =
            SHOPS.iter().map(|shop| scope.spawn(|| ask(shop))).collect();
        for (shop, thread) in SHOPS.iter().zip(asked) {
            let price = thread.join().expect("it does not panic");
            println!("{}: {price}", shop.name);
        }
    });
}
