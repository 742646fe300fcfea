// ANCHOR: manager
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

fn manage(requests: Receiver<Request>) {
    let mut stock = HashMap::from([("bread".to_owned(), 10)]);
    for request in requests {
        let Request { item, count, reply } =
            request.expect("it arrives whole");
        let answer = match stock.get_mut(&item) {
            None => Err(format!("no {item} here")),
            Some(left) if *left < count => Err(format!("only {left} left")),
            Some(left) => {
                *left -= count;
                Ok(*left)
            }
        };
        reply.send(answer).expect("the shop waits for it");
    }
}
// ANCHOR_END: manager

// ANCHOR: shop
fn ask(
    manager: &Sender<Request>,
    item: &str,
    count: u32,
) -> multiprocess::Result<Answer> {
    let (reply, answer) = pipe()?;
    manager.send(Request { item: item.to_owned(), count, reply })?;
    Ok(answer.recv()?)
}

fn shop(manager: Sender<Request>) -> u32 {
    let mut sold = 0;
    for _ in 0..8 {
        let answer = ask(&manager, "bread", 1).expect("the manager runs");
        if answer.is_ok() {
            sold += 1;
        }
    }
    sold
}
// ANCHOR_END: shop

// ANCHOR: main
fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let (sender, requests) = pipe()?;
    let mut manager = Process::new(manage, (requests,)).start()?;
    let mut first = Process::new(shop, (sender.clone(),)).start()?;
    let mut second = Process::new(shop, (sender.clone(),)).start()?;
    println!("loaves sold: {}", first.join()? + second.join()?);
    println!("one more: {:?}", ask(&sender, "bread", 1)?);
    println!("a cake: {:?}", ask(&sender, "cake", 1)?);
    drop(sender);
    manager.join()?;
    Ok(())
}
// ANCHOR_END: main
