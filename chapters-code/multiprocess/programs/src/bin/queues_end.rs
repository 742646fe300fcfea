//! What the one side sees when the other one is gone, late, or damaged, and when there is one CPU.

use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use multiprocess::queue::{Receiver, Sender};
use multiprocess::{Process, Result, WaitSet, queue, wait};
use multiprocess_programs::meeting::stay;
use multiprocess_programs::{os, proc, said, variation};

const LONG: Duration = Duration::from_secs(30);

fn send_two(sender: Sender<String>) {
    sender.send("first".to_owned()).expect("the parent receives");
    sender.send("second".to_owned()).expect("the parent receives");
    stay();
}

fn receive_one(receiver: Receiver<String>, answers: Sender<usize>) {
    let text = receiver.recv().expect("the parent sends");
    answers.send(text.len()).expect("the parent receives");
    stay();
}

/// The last sender is killed: what it has sent is received, and then the receiver is told.
fn the_last_sender() -> Result<()> {
    let (sender, receiver) = queue(10)?;
    let mut child = Process::new(send_two, (sender,)).start()?;
    while receiver.len() < 2 {
        std::thread::yield_now();
    }
    child.kill()?;
    println!("{:?}", receiver.iter().collect::<Vec<_>>());
    println!("{}", said(receiver.recv()));
    println!("{}", said(receiver.recv_timeout(LONG)));
    println!("{}", child.join().is_err());
    // Killed while the receiver sleeps.
    let (sender, receiver) = queue::<String>(10)?;
    let child = Process::new(send_two, (sender,)).start()?;
    let killer = child.killer();
    receiver.recv_timeout(LONG)?;
    receiver.recv_timeout(LONG)?;
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        killer.kill()
    });
    println!("{}", said(receiver.recv()));
    thread.join().expect("no panic")?;
    Ok(())
}

/// The last receiver is killed: senders are told, and get their value back.
fn the_last_receiver() -> Result<()> {
    let (sender, receiver) = queue(3)?;
    let (answer, answers) = queue(1)?;
    let mut child = Process::new(receive_one, (receiver, answer)).start()?;
    sender.send("four".to_owned())?;
    println!("{}", said(answers.recv_timeout(LONG)));
    child.kill()?;
    println!("{}", child.join().is_err());
    let begun = Instant::now();
    let error = loop {
        match sender.send("kept".to_owned()) {
            Ok(()) => assert!(sender.len() <= 3),
            Err(error) => break error,
        }
    };
    println!("{:?} {} {}", error.value, error.kind, begun.elapsed() < Duration::from_secs(1));
    println!("{}", said(sender.try_send("kept".to_owned()).map_err(|error| error.kind)));
    Ok(())
}

fn answer_late(questions: Receiver<u32>, answers: Sender<u32>) {
    for question in &questions {
        answers.send(question + 1).expect("the parent receives");
    }
}

/// A queue is waited for beside a child.
fn waits() -> Result<()> {
    let (ask, questions) = queue(1)?;
    let (answer, answers) = queue(1)?;
    let mut child = Process::new(answer_late, (questions, answer)).start()?;
    println!("{:?}", wait(&[answers.as_fd(), child.as_fd()], Some(Duration::from_millis(20)))?);
    for question in 0..100 {
        ask.send(question)?;
        assert_eq!(wait(&[answers.as_fd(), child.as_fd()], Some(LONG))?, [0]);
        assert_eq!(answers.try_recv()?, question + 1);
    }
    println!("{:?}", wait(&[answers.as_fd(), child.as_fd()], Some(Duration::from_millis(20)))?);
    drop(ask);
    println!("{:?}", wait(&[answers.as_fd()], Some(LONG))?);
    println!("{}", said(answers.try_recv()));
    child.join()?;
    let mut set = WaitSet::new()?;
    let (sender, receiver) = queue(1)?;
    set.insert(receiver)?;
    println!("{}", set.wait(Some(Duration::from_millis(20)))?.len());
    sender.send('x')?;
    println!("{}", said(set.wait(Some(LONG))?[0].try_recv()));
    Ok(())
}

/// Signals do not shorten a wait.
fn signals() -> Result<()> {
    let (sender, receiver) = queue(1)?;
    os::handle(libc::SIGALRM);
    os::alarm_every(1000);
    let limit = Duration::from_millis(60);
    let begun = Instant::now();
    println!("{}", said(receiver.recv_timeout(limit)));
    sender.send(1)?;
    println!("{}", said(sender.send_timeout(2, limit).map_err(|error| error.kind)));
    let took = begun.elapsed();
    os::alarm_every(0);
    println!("{}", took >= 2 * limit && took < 10 * limit);
    Ok(())
}

fn echo(questions: Receiver<u32>, answers: Sender<u32>) {
    for question in &questions {
        answers.send(question).expect("the parent receives");
    }
}

/// On one CPU, no process looks while the other one could run.
fn one_cpu() -> Result<()> {
    os::bind_to_one_cpu();
    let (ask, questions) = queue(1)?;
    let (answer, answers) = queue(1)?;
    let mut child = Process::new(echo, (questions, answer)).start()?;
    ask.send(0)?;
    answers.recv_timeout(LONG)?;
    let begun = Instant::now();
    for question in 0..1000 {
        ask.send(question)?;
        assert_eq!(answers.recv_timeout(LONG)?, question);
    }
    let took = begun.elapsed();
    drop(ask);
    child.join()?;
    eprintln!("1000 round trips took {took:?}");
    println!("done");
    Ok(())
}

fn receive_all(receiver: Receiver<u32>) -> Vec<u32> {
    receiver.iter().collect()
}

/// A receiver is stopped while it waits. Calls with a limit end in time, and when it continues, it goes on.
fn stopped() -> Result<()> {
    let (sender, receiver) = queue(3)?;
    let mut child = Process::new(receive_all, (receiver.clone(),)).start()?;
    sender.send(1)?;
    while !sender.is_empty() {
        std::thread::yield_now();
    }
    child.signal(libc::SIGSTOP)?;
    while proc::state(child.pid()) != Some('T') {
        std::thread::yield_now();
    }
    for n in 2..5 {
        sender.send(n)?;
    }
    let begun = Instant::now();
    println!("{}", said(sender.send_timeout(5, Duration::from_millis(30)).map_err(|error| error.kind)));
    println!("{}", begun.elapsed() < Duration::from_millis(500));
    child.signal(libc::SIGCONT)?;
    drop((sender, receiver));
    println!("{:?}", child.join()?);
    Ok(())
}

fn send_when_told(sender: Sender<String>, told: Receiver<()>) -> String {
    told.recv().expect("the parent tells");
    said(sender.send_timeout("lost".to_owned(), LONG).map_err(|error| error.kind))
}

/// The header's word of how far the ring is filled is overwritten.
fn damaged() -> Result<()> {
    let (sender, receiver) = queue(10)?;
    let (tell, told) = queue(1)?;
    let mut child = Process::new(send_when_told, (sender.clone(), told)).start()?;
    // The first one in the list is the one that was made first.
    let descriptors = proc::descriptors();
    let (number, _) =
        descriptors.iter().find(|(_, file)| file.contains("multiprocess-queue")).expect("a file");
    let file = File::options().write(true).open(format!("/proc/self/fd/{number}")).expect("it is ours");
    file.write_all_at(&0x1234_5678_9abc_def0_u64.to_le_bytes(), 256).expect("its length stays");
    tell.send(())?;
    println!("{}", child.join()?);
    println!("{}", said(sender.send("lost".to_owned()).map_err(|error| error.kind)));
    println!("{}", said(receiver.recv()));
    println!("{}", said(receiver.recv_timeout(LONG)));
    println!("{}", said(receiver.try_recv()));
    Ok(())
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    match variation().as_str() {
        "sender" => the_last_sender(),
        "receiver" => the_last_receiver(),
        "waits" => waits(),
        "signals" => signals(),
        "one_cpu" => one_cpu(),
        "stopped" => stopped(),
        "damaged" => damaged(),
        other => panic!("no variation {other:?}"),
    }
}
