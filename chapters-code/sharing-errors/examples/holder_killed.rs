use multiprocess::sync::Mutex;
use multiprocess::{Process, Result};

fn move_ten(accounts: Mutex<[i64; 2]>) {
    let mut accounts = accounts.lock().expect("no process was killed yet");
    accounts[0] -= 10;
    std::process::abort(); // before the 10 arrive
}

fn main() -> Result<()> {
    multiprocess::init();
    let accounts = Mutex::new([100, 100])?;
    let process = Process::new(move_ten, (accounts.clone(),));
    let _ = process.start()?.join();

    if let Err(error) = accounts.lock() {
        println!("{error}");
        let mut guard = error.into_guard().expect("the lock is held");
        println!("{guard:?}");
        guard[1] = 200 - guard[0];
        accounts.clear_poison();
    }
    println!("{:?}", accounts.lock()?);
    Ok(())
}
