use multiprocess::queue::{Receiver, queue};
use multiprocess::sync::Event;
use multiprocess::{Process, Result};

fn cook(orders: Receiver<String>, ready: Event) {
    ready.set();
    for order in &orders {
        println!("the first cook serves {order}");
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let (waiter, orders) = queue(10)?;
    let ready = Event::new()?;
    let mut first =
        Process::new(cook, (orders.clone(), ready.clone())).start()?;
    ready.wait();
    first.kill()?;
    println!("{}", first.join().expect_err("it was killed"));
    waiter.send("a soup".to_owned())?;
    println!("the second cook serves {}", orders.recv()?);
    Ok(())
}
