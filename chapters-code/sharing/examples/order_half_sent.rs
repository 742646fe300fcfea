use multiprocess::queue::{Sender, queue};
use multiprocess::{Process, Result, wait};

fn order_for_a_wedding(orders: Sender<String>) {
    let _ = orders.send("a soup, ".repeat(1_000_000));
}

fn main() -> Result<()> {
    multiprocess::init();
    let (waiter, orders) = queue(10)?; // its memory is 1 MiB
    let mut child =
        Process::new(order_for_a_wedding, (waiter.clone(),)).start()?;
    wait(&[&orders], None)?; // the long order has begun to arrive
    child.kill()?;
    println!("the long order: {}", child.join().expect_err("it was killed"));

    waiter.send("a salad".to_owned())?;
    println!("the next order: {:?}", orders.recv());
    drop(waiter);
    println!("and after that: {:?}", orders.recv());
    Ok(())
}
