//! Children that write bytes at random, or a part of a frame, where their outcome belongs, and leave.

use std::fs::File;
use std::io::Write;

use multiprocess::{Process, Result};
use multiprocess_programs::random::Random;
use multiprocess_programs::{os, proc, repeats, variant};

fn damage(bytes: Vec<u8>, code: i32) -> u32 {
    let listed = proc::descriptors();
    // The last one: a forked child has copies of those that its parent still has.
    let own = listed.iter().rfind(|(_, what)| what.starts_with("/memfd:multiprocess")).expect("it has one");
    let mut file = File::options().write(true).truncate(true).open(format!("/proc/self/fd/{}", own.0));
    file.as_mut().expect("it is ours").write_all(&bytes).expect("room");
    os::exit_now(code)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let mut random = Random::from_environment();
    let mut seen = std::collections::BTreeMap::<&str, u32>::new();
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    for _ in 0..repeats(100) {
        let starts: [&[u8]; 5] =
            [b"", b"o", b"w\0\0\0\0\0\0\0\0", b"t\0\0\0\0\0\0\0\0", b"o\x20\0\0\0\0\0\0\0"];
        let start = starts[random.below(5) as usize];
        let mut bytes = start.to_vec();
        bytes.extend((0..random.below(100)).map(|_| random.below(256) as u8));
        let code = random.below(2) as i32;
        let ended = Process::new(damage, (bytes, code)).start()?.join();
        *seen.entry(variant(&ended.expect_err("no result was written").into())).or_default() += 1;
    }
    assert_eq!(proc::descriptors(), before);
    assert_eq!(proc::children(), []);
    println!("{:?}", seen.keys());
    Ok(())
}
