use std::collections::BTreeSet;

use multiprocess::queue::{JoinableReceiver, Sender, joinable_queue, queue};
use multiprocess::{Process, Result};

fn cook(orders: JoinableReceiver<u32>, served: Sender<u32>) {
    for order in &orders {
        if *order == 2 {
            std::process::abort(); // stands for a crash
        }
        served.send(*order).expect("main receives");
        order.done();
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let (waiter, orders) = joinable_queue(10)?;
    let (from_cooks, served) = queue(10)?;
    let kitchen = Process::new(cook, (orders, from_cooks));
    let mut open = BTreeSet::from([1, 2, 3]);
    for &order in &open {
        waiter.send(order)?;
    }
    println!("{}", kitchen.start()?.join().expect_err("it crashes"));
    let _second_cook = kitchen.start()?;
    println!("{}", waiter.join().expect_err("an order is lost"));
    for order in served.try_iter() {
        open.remove(&order);
    }
    println!("not served: {open:?}");
    Ok(())
}
