//! arm64: each CPU has the same vectors, which hold two numbers, and Rust uses them without being asked.

use std::arch::is_aarch64_feature_detected;

use anyhow::ensure;
use nix::sys::ptrace;
use nix::unistd::Pid;

use super::{Loop, Next};

pub(crate) const LANES: &str = "Rust, 16 lanes, for every arm64";

/// None: no loop here is written by hand, and none is compiled for wider vectors than those of every CPU.
pub(crate) fn wide() -> Vec<Loop> {
    Vec::new()
}

/// What a stopped process executes next.
pub(crate) fn next(pid: Pid) -> anyhow::Result<Next> {
    const SVC_0: u32 = 0xd400_0001;
    // A step between the two halves of such an operation makes the second half fail, so the loop around it never ends.
    ensure!(
        is_aarch64_feature_detected!("lse"),
        "this CPU has no atomic operations of one instruction (LSE)"
    );
    let at = ptrace::getregs(pid)?.pc;
    let word = ptrace::read(pid, at as ptrace::AddressType)? as u32;
    Ok(if word == SVC_0 { Next::SystemCall } else { Next::Other })
}

/// No such instruction is to be measured.
pub(crate) fn cpuid_takes() -> Option<f64> {
    None
}
