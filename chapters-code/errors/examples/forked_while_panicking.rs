use multiprocess::{Process, Result, StartMethod};

/// Has a process tidy up when it is dropped.
struct Tidy;

impl Drop for Tidy {
    fn drop(&mut self) {
        // SAFETY: this program has one thread.
        let fork = unsafe { StartMethod::fork() };
        let tidy_up = Process::new(|| println!("tidied up"), ());
        match tidy_up.start_method(fork).start() {
            Err(refused) => println!("{refused}"),
            Ok(mut child) => child.join().expect("it returns"),
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
