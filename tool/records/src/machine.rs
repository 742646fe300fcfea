//! The machine that a run was on, in one line.

use std::{env, fs, thread};

use nix::sys::utsname::uname;

/// Processor, number of CPUs, kernel.
pub fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let architecture = env::consts::ARCH;
    let processor = processor(&info)
        .map_or_else(|| format!("a processor without a name ({architecture})"), str::to_owned);
    let virtual_machine = if info.contains("hypervisor") { " (virtual machine)" } else { "" };
    let cpus = thread::available_parallelism().map_or(1, usize::from);
    let kernel = uname().map_or("an unknown kernel".into(), |system| {
        format!("{} {}", system.sysname().to_string_lossy(), system.release().to_string_lossy())
    });
    format!("{processor}{virtual_machine}, {cpus} {}, {kernel}", if cpus == 1 { "CPU" } else { "CPUs" })
}

/// Its name in `/proc/cpuinfo`, which has one on x86 and few others.
fn processor(info: &str) -> Option<&str> {
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(':').map(|(_, name)| name.trim()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_named_where_the_kernel_names_it() {
        assert_eq!(
            processor("processor\t: 0\nmodel name\t: A Processor @ 2 GHz\n"),
            Some("A Processor @ 2 GHz")
        );
        assert_eq!(processor("processor\t: 0\nBogoMIPS\t: 50.00\n"), None);
    }

    #[test]
    fn a_machine_is_one_line() {
        let machine = machine();
        assert!(machine.contains("Linux") && machine.contains("CPU") && !machine.contains('\n'), "{machine}");
    }
}
