//! Pools whose tasks or program meet a limit: of the size of files, of a disk, of descriptors, of time.

use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::Duration;

use multiprocess::{Descriptor, Pool, PoolError, Result, TaskErrorKind};
use multiprocess_programs::{os, said, variation};

/// Longer than a busy machine needs.
const LONG: Duration = Duration::from_secs(30);

fn square(n: u64) -> u64 {
    n * n
}

fn sum(pool: &Pool) -> String {
    said(pool.map(square, 0..1000).into_iter().sum::<std::result::Result<u64, _>>())
}

fn exit() {
    std::process::exit(3);
}

/// A task whose file may not grow costs its worker. Results do not go through files, so a worker with such a limit goes on.
fn file_size() -> Result<()> {
    let pool = Pool::new(1)?;
    let path = PathBuf::from(std::env::var_os("FOLDER").expect("FOLDER names a folder")).join("grows");
    let writes = |path: PathBuf| {
        os::limit(libc::RLIMIT_FSIZE, 100);
        let mut file = File::create(path).expect("it can be made");
        (0..100).try_for_each(|_| file.write_all(&[7; 10])).map_err(|error| error.to_string())
    };
    println!("{}", said(pool.apply(writes, (path.clone(),))).contains("was ended by signal SIGXFSZ"));
    println!("{}", said(pool.apply(|| os::limit(libc::RLIMIT_FSIZE, 0), ())));
    println!("{}", sum(&pool));
    let large = pool.apply(|| "x".repeat(1 << 20), ());
    println!("{}", said(large.map(|text| text.len())));
    println!("{}", std::fs::metadata(path).expect("it has been made").len());
    Ok(())
}

/// A full disk is an error of the task that writes to it.
fn full_disk() -> Result<()> {
    let pool = Pool::new(2)?;
    let writes = |n: u64| {
        match n % 10 {
            0 => File::options().write(true).open("/dev/full").and_then(|mut full| full.write_all(b"a line")),
            _ => Ok(()),
        }
        .map_err(|error| error.raw_os_error())
    };
    let results: Vec<_> = pool.map(writes, 0..100).into_iter().collect::<std::result::Result<_, _>>()?;
    println!("{}", results.iter().filter(|result| **result == Err(Some(libc::ENOSPC))).count());
    println!("{}", sum(&pool));
    Ok(())
}

/// Without descriptors no worker can be replaced. The others go on, and when there are descriptors again, so does the pool.
fn descriptors() -> Result<()> {
    let pool = Pool::new(2)?;
    let begin = || pool.map(|_: u32| std::thread::sleep(Duration::from_millis(1)), 0..200); // stands for work
    while pool.worker_pids().len() < 2 {
        assert!(begin().iter().all(std::result::Result::is_ok));
    }
    let exits = || said(pool.apply(exit, ())).contains("exit code 3");
    let use_up = || std::iter::from_fn(|| File::open("/dev/null").ok()).collect::<Vec<_>>();
    os::limit(libc::RLIMIT_NOFILE, 100);
    let mut taken = use_up();
    println!("{}", exits());
    taken.extend(use_up());
    println!("{} {}", sum(&pool), pool.worker_pids().len());
    taken.clear();
    println!("{} {}", exits(), sum(&pool));
    taken.extend(use_up());
    // Now both, one after the other. What one leaves is used up before the other ends.
    let error = loop {
        let result = pool.apply(exit, ());
        taken.extend(use_up());
        let kind = *result.expect_err("it gives nothing").kind;
        if let TaskErrorKind::NotRun { source } = kind {
            break source;
        }
    };
    println!("{}", matches!(*error, PoolError::Start(_) | PoolError::Create(_)));
    drop(taken);
    println!("{} {}", said(pool.apply(square, (3,))), sum(&Pool::new(2)?));
    Ok(())
}

/// A worker that is stopped for several seconds holds up its own task, and goes on.
fn stopped() -> Result<()> {
    let pool = Pool::builder().workers(2).chunk_size(1).start()?;
    let mut stopped = pool.apply_async(
        || {
            os::kill_self(libc::SIGSTOP);
            std::process::id()
        },
        (),
    );
    println!("{}", sum(&pool));
    println!("{}", stopped.wait_timeout(Duration::from_secs(3)));
    println!("{}", sum(&pool));
    let pids = pool.worker_pids();
    pids.iter().for_each(|&pid| os::kill(pid, libc::SIGCONT));
    println!("{}", stopped.wait_timeout(LONG) && pids.contains(&stopped.get()?));
    Ok(())
}

/// Where a panic aborts, it costs its worker, and no other task.
fn panics() -> Result<()> {
    let pool = Pool::builder().workers(2).chunk_size(1).start()?;
    let results = pool.map(|n: u64| if n % 5 == 3 { panic!("out of luck") } else { n }, 0..20);
    for (task, result) in results.into_iter().enumerate() {
        match result.map_err(|error| (error.task, *error.kind)) {
            Ok(value) => assert_eq!(value, task as u64),
            Err((number, TaskErrorKind::Ended(kind))) => {
                assert_eq!((number, task % 5), (task, 3));
                println!("{task} {}", kind.to_string().split(" at ").next().unwrap_or_default());
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    println!("{}", sum(&pool));
    Ok(())
}

/// A worker that dies each time it receives a certain task costs that task only.
fn too_large() -> Result<()> {
    for workers in [1, 2] {
        let pool = Pool::builder().workers(workers).memory_limit(64 << 20).start()?;
        let length = pool.apply(|text: String| text.len(), ("x".repeat(128 << 20),));
        println!("{}", said(length).contains("was ended by signal SIGABRT"));
        println!("{}", sum(&pool));
    }
    Ok(())
}

/// The same where the initializer has closed what a worker receives tasks by.
fn closed() -> Result<()> {
    let pool = Pool::builder().workers(2).initializer(|| os::close_from(3), ()).start()?;
    for result in pool.map(square, 0..3) {
        let text = said(result);
        // The pool kills a worker that has hung up, unless it has ended.
        println!("{}", text.contains("exit code 1 after its target") || text.contains("signal SIGKILL"));
    }
    Ok(())
}

/// A task whose descriptors find no room in its worker gets an error, and the next task gets its own descriptors.
fn lost_descriptors() -> Result<()> {
    let pool = Pool::new(1)?;
    let read = |files: Vec<Descriptor>| {
        let read = |file: Descriptor| std::io::read_to_string(File::from(file.into_fd()));
        files.into_iter().map(read).collect::<std::io::Result<String>>().map_err(|error| error.to_string())
    };
    // Each file is a pipe that holds a letter, and is read to its end.
    let file = |letter: &str| {
        let (reader, mut writer) = std::io::pipe().expect("a pipe can be made");
        writer.write_all(letter.as_bytes()).expect("it has room");
        Descriptor::from(OwnedFd::from(reader))
    };
    // How long such tasks take is known now, so several are sent ahead.
    for _ in 0..10 {
        println!("{}", said(pool.apply(read, (vec![file("a"), file("b")],))));
    }
    let leave_two = || {
        os::limit(libc::RLIMIT_NOFILE, 100);
        let mut taken: Vec<_> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
        taken.truncate(taken.len() - 2);
        std::mem::forget(taken);
    };
    pool.apply(leave_two, ())?;
    let (reader, writer) = std::io::pipe().expect("a pipe can be made");
    let first = Descriptor::from(OwnedFd::from(reader));
    let tasks = [vec![first], vec![file("c"), file("d"), file("e")], vec![file("f")], vec![file("g")]];
    let results = pool.map_async(read, tasks);
    drop(writer);
    for result in results.get() {
        let pid = result.as_ref().err().and_then(|error| error.pid).unwrap_or_default();
        println!("{}", said(result).replace(&format!(" (pid {pid})"), ""));
    }
    Ok(())
}

/// A task that cannot be sent gets an error, and the pool goes on.
fn unsent() -> Result<()> {
    let pool = Pool::new(1)?;
    println!("{}", sum(&pool));
    let file = || Descriptor::from(OwnedFd::from(File::open("/dev/null").expect("it can be read")));
    let read = |file: Descriptor| std::io::read_to_string(File::from(file.into_fd())).expect("it is empty");
    // The refusal is the thread's alone.
    let refused = || {
        os::sandbox::refuse(os::sandbox::call("sendmsg"), libc::EPERM);
        pool.apply(read, (file(),))
    };
    let result = std::thread::scope(|scope| scope.spawn(refused).join().expect("it does not panic"));
    let kind = *result.expect_err("it could not be sent").kind;
    println!(
        "{}",
        matches!(kind, TaskErrorKind::NotRun { source } if matches!(*source, PoolError::Create(_)))
    );
    println!("{} {}", said(pool.apply(read, (file(),))), sum(&pool));
    Ok(())
}

/// A pool waits for more descriptors than the program may have by now.
fn lowered() -> Result<()> {
    let pool = Pool::new(2)?;
    let begin = || pool.map(|_: u32| std::thread::sleep(Duration::from_millis(1)), 0..200); // stands for work
    while pool.worker_pids().len() < 2 {
        assert!(begin().iter().all(std::result::Result::is_ok));
    }
    os::limit(libc::RLIMIT_NOFILE, 3);
    println!("{}", sum(&pool));
    println!("{}", said(pool.apply(exit, ())).contains("exit code 3"));
    println!("{}", sum(&pool));
    Ok(())
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    match variation().as_str() {
        "file size" => file_size(),
        "full disk" => full_disk(),
        "descriptors" => descriptors(),
        "stopped" => stopped(),
        "panics" => panics(),
        "too large" => too_large(),
        "closed" => closed(),
        "lowered" => lowered(),
        "unsent" => unsent(),
        "lost descriptors" => lost_descriptors(),
        other => panic!("no variation {other:?}"),
    }
}
