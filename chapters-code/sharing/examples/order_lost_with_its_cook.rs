use std::collections::BTreeSet;

use multiprocess::queue::{JoinableReceiver, Sender, joinable_queue, queue};
use multiprocess::{Process, Result};

fn cook(orders: JoinableReceiver<String>, served: Sender<String>) {
    for order in &orders {
        if *order == "lobster" {
            std::process::abort(); // stands for a crash
        }
        served.send(order.clone()).expect("main receives");
        order.done();
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let (waiter, orders) = joinable_queue(10)?;
    let (served_by_cooks, served) = queue(10)?;
    let kitchen = Process::new(cook, (orders, served_by_cooks));
    let _cooks = [kitchen.start()?, kitchen.start()?];
    let mut open =
        BTreeSet::from(["soup", "lobster", "salad"].map(str::to_owned));
    for order in &open {
        waiter.send(order.clone())?;
    }
    println!("{}", waiter.join().expect_err("a cook crashes"));
    for order in served.try_iter() {
        open.remove(&order);
    }
    println!("not served: {open:?}");
    Ok(())
}
