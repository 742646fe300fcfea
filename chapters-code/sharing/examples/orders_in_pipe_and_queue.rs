// TIMELINE: messages
use multiprocess::{Process, Result, pipe, queue};

fn cook(pipe: pipe::Receiver<u64>, queue: queue::Receiver<u64>) {
    for order in &pipe {
        println!("from the pipe: order {}", order.expect("it arrives whole"));
    }
    for order in &queue {
        println!("from the queue: order {order}");
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let (to_pipe, from_pipe) = pipe()?;
    let (to_queue, from_queue) = queue(10)?;
    for order in 1..=3 {
        to_pipe.send(order)?;
        to_queue.send(order)?;
    }
    drop((to_pipe, to_queue));
    Process::new(cook, (from_pipe, from_queue)).start()?.join()?;
    Ok(())
}
