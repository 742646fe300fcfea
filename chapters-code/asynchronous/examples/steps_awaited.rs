use std::cell::RefCell;
use std::future::Future;
use std::io::{ErrorKind, Result, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use asynchronous::{client_and_directory, read_message, wait_for};

// ANCHOR: conversation
async fn conversation(person: &'static str) -> Result<()> {
    let [mut client, mut directory] = client_and_directory(person)?;

    let name = MessageFrom(&client).await?;
    println!("the client asks for {name}");
    directory.write_all(name.as_bytes())?;

    let number = MessageFrom(&directory).await?;
    println!("the directory has {number}");
    client.write_all(number.as_bytes())?;

    let reply = MessageFrom(&client).await?;
    println!("the client says {reply}");
    Ok(())
}

fn main() -> Result<()> {
    let ann = Box::pin(conversation("Ann"));
    let ben = Box::pin(conversation("Ben"));
    run(vec![ann, ben])
}
// ANCHOR_END: conversation

// ANCHOR: message
thread_local! {
    /// The connections that tasks wait for.
    static AWAITED: RefCell<Vec<UnixStream>> = const { RefCell::new(vec![]) };
}

struct MessageFrom<'a>(&'a UnixStream);

impl Future for MessageFrom<'_> {
    type Output = Result<String>;

    fn poll(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Result<String>> {
        self.0.set_nonblocking(true)?; // a read fails where it would wait
        match read_message(self.0) {
            Err(e) if e.kind() == ErrorKind::WouldBlock => {
                let connection = self.0.try_clone()?;
                AWAITED.with_borrow_mut(|awaited| awaited.push(connection));
                Poll::Pending
            }
            result => Poll::Ready(result),
        }
    }
}
// ANCHOR_END: message

// ANCHOR: run
type Task = Pin<Box<dyn Future<Output = Result<()>>>>;

fn run(mut tasks: Vec<Task>) -> Result<()> {
    let mut context = Context::from_waker(Waker::noop());
    loop {
        let mut pending = vec![];
        for mut task in tasks {
            match task.as_mut().poll(&mut context) {
                Poll::Ready(result) => result?,
                Poll::Pending => pending.push(task),
            }
        }
        tasks = pending;
        let awaited = AWAITED.take();
        if awaited.is_empty() {
            return Ok(());
        }
        let all: Vec<_> = awaited.iter().map(AsFd::as_fd).collect();
        wait_for(&all)?;
    }
}
// ANCHOR_END: run
