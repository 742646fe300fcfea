//! Where a measurement was taken.

use std::env;
use std::fs;
use std::process::Command;

use anyhow::Context;

use crate::python;

/// Processor, number of CPUs, memory, kernel, compiler and interpreter, in one line.
pub(crate) fn describe() -> anyhow::Result<String> {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo")?;
    let unnamed = format!("a processor without a name ({})", env::consts::ARCH);
    let model = field(&cpuinfo, "model name").unwrap_or(&unnamed);
    let virtual_machine = if cpuinfo.contains("hypervisor") { " (virtual machine)" } else { "" };
    let meminfo = fs::read_to_string("/proc/meminfo")?;
    let kilobytes: f64 = field(&meminfo, "MemTotal")
        .and_then(|total| total.split(' ').next()?.parse().ok())
        .context("/proc/meminfo has no MemTotal")?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    Ok(format!(
        "{model}{virtual_machine}, {} CPUs, {:.0} GiB, Linux {}, {}, {}",
        multiprocess::process_cpu_count(),
        kilobytes / (1 << 20) as f64,
        kernel.trim(),
        version("rustc")?,
        version(python::interpreter())?,
    ))
}

/// What a program answers to `--version`, without what stands in parentheses.
fn version(program: &str) -> anyhow::Result<String> {
    let answer = Command::new(program).arg("--version").output().with_context(|| program.to_owned())?;
    let answer = String::from_utf8(answer.stdout)?;
    Ok(answer.split(" (").next().unwrap_or_default().trim().to_owned())
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim())
}
