use std::{env, thread, time::Duration};

use multiprocess::{Process, Result, StartMethod, current_process, set_start_method};

/// The method that the user asks for, or spawn.
fn choice() -> StartMethod {
    match env::var("START_METHOD").unwrap_or_default().as_str() {
        // SAFETY: a start is refused while there is another thread.
        "fork" => unsafe { StartMethod::fork() },
        "forkserver" => StartMethod::forkserver(),
        _ => StartMethod::spawn(),
    }
}

fn report(action: &str, text: &str) {
    let me = current_process();
    println!(
        "{} {action} {text}, started by {}",
        me.name(),
        me.start_method().map_or("nobody", StartMethod::name)
    );
}

fn parse(text: String) {
    report("parses", &text);
}

fn index(text: String) {
    report("indexes", &text);
    // What breaks the parser ends a process that has nothing else to do.
    let parser = Process::new(parse, (text,));
    let mut child = parser.start().expect("the parser starts");
    child.join().expect("the text is parsed");
}

fn main() -> Result<()> {
    multiprocess::init();
    // Stands in for a thread that saves the index every minute.
    thread::spawn(|| {
        loop {
            thread::sleep(Duration::from_secs(60));
        }
    });
    set_start_method(choice())?;
    for text in env::args().skip(1) {
        Process::new(index, (text,)).start()?.join()?;
    }
    Ok(())
}
