use multiprocess::{JoinErrorKind, Process, Result};

fn wait_forever() {
    loop {
        std::thread::park();
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let child = Process::new(wait_forever, ()).start()?;
    let Err((mut child, refused)) = child.close() else {
        panic!("it cannot have ended")
    };
    println!("{refused}");

    child.terminate()?;
    let ended = child.join().expect_err("it has been terminated");
    assert!(matches!(ended.kind, JoinErrorKind::Killed { .. }));
    println!("closed: {}", child.close().is_ok());
    Ok(())
}
