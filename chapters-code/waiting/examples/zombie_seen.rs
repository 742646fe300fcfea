use std::fs;

use multiprocess::{Process, wait};

fn my_process() -> u32 {
    42
}

fn state(pid: u32) -> String {
    match fs::read_to_string(format!("/proc/{pid}/stat")) {
        // The program's name, in parentheses, may itself contain parentheses.
        Ok(stat) => {
            let (_, state) = stat.rsplit_once(") ").expect("state follows");
            format!("state {}", &state[..1])
        }
        Err(_) => "not there".to_owned(),
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut child = Process::new(my_process, ()).start()?;
    let pid = child.pid();

    wait(&[child.sentinel()], None)?;
    println!("it has ended: {}", state(pid));

    let result = child.join()?;
    println!("it has been joined: {}, result {result}", state(pid));
    Ok(())
}
