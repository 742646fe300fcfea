use multiprocess::{Pool, Result};

fn cook(order: u32) -> u32 {
    if order == 3 {
        std::process::abort(); // a fire in the kitchen
    }
    order
}

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::builder().workers(1).chunk_size(4).start()?;
    for result in pool.map(cook, 1..=4) {
        match result {
            Ok(order) => println!("order {order} is served"),
            Err(error) => println!("order {} is lost", error.task + 1),
        }
    }
    Ok(())
}
