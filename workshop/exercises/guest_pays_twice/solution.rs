use multiprocess::{Pool, Result};

/// The bank and the line to it. Leave them as they are.
mod bank {
    use std::fs::{self, File};

    pub(super) fn open() {
        fs::create_dir_all("bank").expect("the folder can be made");
    }

    /// Charges an order, and returns true. If the bank has seen the number of the payment before, it charges nothing and returns
    /// false. The line drops twice: with order 2 before the bank has charged anything, and with order 3 afterward.
    pub(super) fn pay(number: &str, order: u32) -> bool {
        drop_line(2, order);
        let payment = format!("bank/payment {number} of order {order}");
        let seen = fs::read_dir("bank").expect("the bank is open").any(|file| {
            let file = file.expect("it can be read").file_name();
            file.to_string_lossy().starts_with(&format!("payment {number} of "))
        });
        if !seen {
            File::create(payment).expect("the bank has room");
        }
        drop_line(3, order);
        !seen
    }

    /// Ends the process the first time that this order comes.
    fn drop_line(at: u32, order: u32) {
        if order == at && File::create_new(format!("bank/dropped at order {order}")).is_ok() {
            std::process::abort(); // stands for a crash that you cannot prevent
        }
    }
}

const ORDERS: [(u32, &str); 4] = [(1, "Anna"), (2, "Boris"), (3, "Clara"), (4, "Anna")];

/// May be called again for an order, in this run or in a later one.
fn charge(order: u32, guest: String) -> String {
    let number = order.to_string(); // the same in each attempt
    let _paid_before = !bank::pay(&number, order);
    format!("order {order}: receipt for {guest}")
}

fn main() -> Result<()> {
    multiprocess::init();
    bank::open();
    let pool = Pool::new(1)?;
    for (order, guest) in ORDERS {
        let try_it = |_attempt| pool.apply(charge, (order, guest.to_owned())).ok();
        match (1..=3).find_map(try_it) {
            Some(receipt) => println!("{receipt}"),
            None => println!("order {order}: no receipt"),
        }
    }
    Ok(())
}
