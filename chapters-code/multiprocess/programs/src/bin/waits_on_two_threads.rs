//! Two threads wait for one child, and for two; then the program exits while a thread waits for a child, as the
//! variation says, a daemon or another.

use std::os::fd::AsFd;
use std::thread;

use multiprocess::{Process, Result, wait};
use multiprocess_programs::meeting::{Gate, Place, arrive, pass};
use multiprocess_programs::{proc, variation};

fn work() -> u32 {
    pass("work");
    42
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let gate = Gate::new("work");
    let mut children = [Process::new(work, ()).start()?, Process::new(work, ()).start()?];
    let [first, second] = &mut children;
    let last = match variation().as_str() {
        "" => None,
        variation => {
            let (place, gate) = (Place::new("last"), Gate::new("last gate"));
            let target = || {
                arrive("last");
                pass("last gate");
            };
            let child = Process::new(target, ()).name("last").daemon(variation == "daemon").start()?;
            place.wait();
            Some((child, gate))
        }
    };
    let sentinel = first.sentinel().try_clone_to_owned().expect("a descriptor");
    thread::scope(|scope| -> Result<()> {
        let waiting = scope.spawn(|| wait(&[sentinel.as_fd()], None));
        let joining = scope.spawn(|| first.join());
        let joining_second = scope.spawn(|| {
            while second.is_alive()? {
                thread::yield_now();
            }
            second.join()
        });
        gate.open();
        println!("{:?}", waiting.join().expect("it does not panic")?);
        println!("{:?}", joining.join().expect("it does not panic")?);
        println!("{:?}", joining_second.join().expect("it does not panic")?);
        Ok(())
    })?;
    let Some((mut last, gate)) = last else {
        assert_eq!(proc::children(), []);
        return Ok(());
    };
    let is_daemon = last.daemon();
    thread::spawn(move || last.join());
    if is_daemon {
        // Closing its file would open the gate.
        std::mem::forget(gate);
    } else {
        gate.open();
    }
    Ok(())
}
