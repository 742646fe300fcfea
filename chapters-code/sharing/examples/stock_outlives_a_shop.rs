// TIMELINE: messages
use std::collections::HashMap;

use multiprocess::pipe::{Receiver, Sender};
use multiprocess::{Process, pipe};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Request {
    item: String,
    count: u32,
    reply: Sender<Answer>,
}

/// How many are left, or why the request was refused.
type Answer = Result<u32, String>;

// ANCHOR: manager
fn manage(requests: Receiver<Request>) {
    let mut stock = HashMap::from([("bread".to_owned(), 10)]);
    for request in requests {
        let Ok(Request { item, count, reply }) = request else {
            continue; // a killed shop has sent only a part of it
        };
        let answer = match stock.get_mut(&item) {
            None => Err(format!("no {item} here")),
            Some(left) if *left < count => Err(format!("only {left} left")),
            Some(left) => {
                *left -= count;
                Ok(*left)
            }
        };
        let _ = reply.send(answer); // the shop may be gone
    }
}
// ANCHOR_END: manager

fn ask(
    manager: &Sender<Request>,
    item: &str,
    count: u32,
) -> multiprocess::Result<Answer> {
    let (reply, answer) = pipe()?;
    manager.send(Request { item: item.to_owned(), count, reply })?;
    Ok(answer.recv()?)
}

// ANCHOR: crashes
fn shop_that_crashes(manager: Sender<Request>) {
    let (reply, _answer) = pipe().expect("two descriptors are left");
    let request = Request { item: "bread".to_owned(), count: 3, reply };
    manager.send(request).expect("the manager runs");
    std::process::abort();
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let (sender, requests) = pipe()?;
    let mut manager =
        Process::new(manage, (requests,)).name("manager").start()?;
    let mut shop = Process::new(shop_that_crashes, (sender.clone(),))
        .name("shop")
        .start()?;
    println!("{}", shop.join().expect_err("it crashes"));
    println!("a loaf for main: {:?}", ask(&sender, "bread", 1)?);
    manager.kill()?;
    println!("{}", manager.join().expect_err("it was killed"));
    println!("one more: {:?}", ask(&sender, "bread", 1));
    Ok(())
}
// ANCHOR_END: crashes
