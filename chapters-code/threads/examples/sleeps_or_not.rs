use std::time::Duration;
use std::{hint, thread};

use nix::sys::resource::{UsageWho, getrusage};

const MS: Duration = Duration::from_millis(1);

fn try_out(name: &str, turn: fn()) -> nix::Result<()> {
    let before = getrusage(UsageWho::RUSAGE_THREAD)?;
    for _ in 0..20 {
        turn();
    }
    let after = getrusage(UsageWho::RUSAGE_THREAD)?;
    let slept = after.voluntary_context_switches()
        > before.voluntary_context_switches();
    println!("{name}: {}", if slept { "sleeps" } else { "stays awake" });
    Ok(())
}

fn main() -> nix::Result<()> {
    try_out("spin_loop", hint::spin_loop)?;
    try_out("yield_now", thread::yield_now)?;
    try_out("sleep(0)", || thread::sleep(Duration::ZERO))?;
    try_out("sleep(1 ms)", || thread::sleep(MS))?;
    try_out("park_timeout(1 ms)", || thread::park_timeout(MS))
}
