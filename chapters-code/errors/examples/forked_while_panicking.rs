use multiprocess::{Process, Result, StartMethod};

/// Starts a process to tidy up when this value is dropped.
struct Tidy;

impl Drop for Tidy {
    fn drop(&mut self) {
        // SAFETY: this program has one thread.
        let fork = unsafe { StartMethod::fork() };
        let tidy_up = Process::new(|| println!("tidied up"), ());
        match tidy_up.start_method(fork).start() {
            Err(refused) => println!("{refused}"),
            Ok(mut child) => child.join().expect("the child returns"),
        }
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let _ = std::panic::catch_unwind(|| {
        let _tidy = Tidy;
        panic!("out of luck");
    });
    drop(Tidy);
    Ok(())
}
