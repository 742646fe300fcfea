//! Kills processes that make pipes and send their ends away, at random moments. The ends that have come work, and their pipes end
//! when they are dropped.

use std::time::Duration;

use multiprocess::pipe::{Receiver, Sender};
use multiprocess::{Process, RecvError, Result, pipe};
use multiprocess_programs::random::Random;
use multiprocess_programs::victims::{self, Death};
use multiprocess_programs::{proc, repeats};

type Ends = (Sender<u32>, Receiver<u32>);

const PATIENCE: Duration = Duration::from_secs(20);

fn make_on(parent: Sender<Ends>, clock: Option<i64>) {
    victims::live(clock);
    for number in 0.. {
        let (sender, receiver) = pipe().expect("descriptors are free");
        sender.send(number).expect("there is room");
        parent.send((sender, receiver)).expect("the parent receives");
    }
}

fn check((sender, receiver): Ends, number: u32) {
    assert_eq!(receiver.recv_timeout(PATIENCE).expect("the maker has sent it"), number);
    sender.send(7).expect("there is room");
    drop(sender);
    assert_eq!(receiver.recv_timeout(PATIENCE).expect("it was sent"), 7);
    assert!(matches!(receiver.recv_timeout(PATIENCE), Err(RecvError::Disconnected)));
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let (mut random, repeats) = (Random::from_environment(), repeats(50));
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let (mut made, mut makers) = (0, 0);
    for _ in 0..repeats {
        let (sender, receiver) = pipe::<Ends>()?;
        let death = Death::random(&mut random);
        let victim = Process::new(make_on, (sender, death.clock())).start()?.kill_on_drop(true);
        let mut number = 0;
        while let Some(left) = death.left(&victim) {
            if let Ok(ends) = receiver.recv_timeout(left) {
                check(ends, number);
                number += 1;
            }
        }
        death.come(victim)?;
        for ends in receiver {
            check(ends?, number);
            number += 1;
        }
        made += number;
        makers += u32::from(number > 0);
    }
    assert_eq!(proc::descriptors(), before);
    eprintln!("{makers} of {repeats} made {made} pipes");
    println!("{}", makers > repeats / 10);
    Ok(())
}
