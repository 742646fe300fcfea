//! Where something was recorded.

use std::{fs, thread};

/// Processor, number of CPUs, kernel, in one line.
pub fn describe() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("unknown processor", |(_, name)| name.trim());
    // A processor's name ends in its clock rate, which a figure has no use for.
    let model = model.split(" @ ").next().unwrap_or(model);
    let virtual_machine = if cpuinfo.contains("hypervisor") { " (virtual machine)" } else { "" };
    let cpus = thread::available_parallelism().map_or(1, usize::from);
    let plural = if cpus == 1 { "" } else { "s" };
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_else(|_| "unknown".into());
    format!("{model}{virtual_machine}, {cpus} CPU{plural}, Linux {}", kernel.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_one_line_with_its_kernel() {
        let line = describe();
        let kernel = nix::sys::utsname::uname().expect("the kernel's name");
        assert!(!line.contains('\n') && line.contains(" CPU"), "{line}");
        assert!(line.ends_with(&format!("Linux {}", kernel.release().to_string_lossy())), "{line}");
    }
}
