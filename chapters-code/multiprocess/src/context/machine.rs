//! How many CPUs there are.

use crate::sys::this;

/// How many CPUs the machine has online. The counterpart of Python's `os.cpu_count()`.
///
/// [`process_cpu_count`] is the number of them that this process may use.
///
/// # Examples
///
/// ```
/// assert!(multiprocess::cpu_count() >= 1);
/// ```
pub fn cpu_count() -> usize {
    this::online_cpus()
}

/// How many CPUs this process may use: at least 1, and no more than its affinity mask and its cgroup's quota allow.
///
/// More processes than that cannot run at the same time. The answer is that of [`std::thread::available_parallelism`]. The
/// counterpart of Python's `os.process_cpu_count()`, which counts the affinity mask only.
///
/// # Examples
///
/// ```
/// let workers = multiprocess::process_cpu_count();
/// assert!(workers >= 1);
/// ```
pub fn process_cpu_count() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
