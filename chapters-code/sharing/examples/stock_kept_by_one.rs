use std::collections::HashMap;

use multiprocess::pipe::{Receiver, Sender};
use multiprocess::{Process, pipe};
use serde::{Deserialize, Serialize};

// ANCHOR: request
#[derive(Serialize, Deserialize)]
enum Request {
    Add(String, u32),
    Take(String, u32),
}

/// How many are left, or why the request was refused.
type Answer = Result<u32, String>;
// ANCHOR_END: request

// ANCHOR: keeper
fn keep_stock(requests: Receiver<(Request, Sender<Answer>)>) {
    let mut stock = HashMap::from([("bread".to_owned(), 10)]);
    // A request that a killed shop left unfinished is an error: skip it.
    for (request, reply) in requests.iter().flatten() {
        let answer = carry_out(&mut stock, request);
        let _ = reply.send(answer); // the shop may be gone
    }
}

fn carry_out(stock: &mut HashMap<String, u32>, request: Request) -> Answer {
    match request {
        Request::Add(item, n) => {
            let left = stock.entry(item).or_default();
            *left = left.checked_add(n).ok_or("too much at once")?;
            Ok(*left)
        }
        Request::Take(item, n) => {
            let left =
                stock.get_mut(&item).ok_or(format!("no {item} here"))?;
            *left = left
                .checked_sub(n)
                .ok_or(format!("not enough {item}: {left}"))?;
            Ok(*left)
        }
    }
}
// ANCHOR_END: keeper

// ANCHOR: client
#[derive(Clone, Serialize, Deserialize)]
struct Stock(Sender<(Request, Sender<Answer>)>);

impl Stock {
    fn ask(&self, request: Request) -> multiprocess::Result<Answer> {
        let (reply, answer) = pipe()?;
        self.0.send((request, reply))?;
        Ok(answer.recv()?)
    }

    fn take(&self, item: &str, n: u32) -> multiprocess::Result<Answer> {
        self.ask(Request::Take(item.to_owned(), n))
    }
}

fn shop(stock: Stock) -> usize {
    let sells = |_: &u32| stock.take("bread", 1).expect("it is kept").is_ok();
    (0..8).filter(sells).count()
}
// ANCHOR_END: client

// ANCHOR: main
fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let (sender, requests) = pipe()?;
    let mut keeper = Process::new(keep_stock, (requests,)).start()?;
    let stock = Stock(sender);
    let mut first = Process::new(shop, (stock.clone(),)).start()?;
    let mut second = Process::new(shop, (stock.clone(),)).start()?;
    println!("loaves sold: {}", first.join()? + second.join()?);
    println!("one more: {:?}", stock.take("bread", 1)?);
    println!("a cake: {:?}", stock.take("cake", 1)?);
    println!("baked: {:?}", stock.ask(Request::Add("bread".to_owned(), 5))?);
    drop(stock);
    keeper.join()?;
    Ok(())
}
// ANCHOR_END: main
