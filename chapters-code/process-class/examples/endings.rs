use multiprocess::Process;

// ANCHOR: targets
type Answer = Result<u32, String>;

fn value() -> Answer {
    Ok(42)
}

fn error() -> Answer {
    Err("no answer today".to_owned())
}

fn exit_code() -> Answer {
    std::process::exit(3)
}

fn panic() -> Answer {
    panic!("out of luck")
}

fn signal() -> Answer {
    std::process::abort()
}
// ANCHOR_END: targets

// ANCHOR: report
fn report(process: Process<Answer>) -> multiprocess::Result<()> {
    match process.start()?.join() {
        Ok(Ok(value)) => println!("returned {value}"),
        Ok(Err(error)) => println!("returned the error {error:?}"),
        Err(ended) => println!("{ended}"),
    }
    Ok(())
}
// ANCHOR_END: report

// ANCHOR: main
fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    report(Process::new(value, ()))?;
    report(Process::new(error, ()))?;
    report(Process::new(exit_code, ()))?;
    report(Process::new(panic, ()))?;
    report(Process::new(signal, ()))
}
// ANCHOR_END: main
