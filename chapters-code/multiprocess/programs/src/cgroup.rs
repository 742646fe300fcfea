//! A control group of a program's own, with one controller, in either version of the kernel's interface
//! ([cgroups(7)](https://man7.org/linux/man-pages/man7/cgroups.7.html)).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A group that this process can enter. Dropping it brings this process back to where it was and removes the group.
pub struct Cgroup {
    home: PathBuf,
    folder: PathBuf,
    unified: bool,
}

/// Where a process lies in a hierarchy.
struct Place {
    mount: PathBuf,
    home: PathBuf,
    unified: bool,
}

impl Cgroup {
    /// A new group, without limits, below or beside the one that this process is in; or why there can be none.
    pub fn new(controller: &str) -> Result<Cgroup, String> {
        let place =
            Place::of(controller).ok_or(format!("no hierarchy of control groups has {controller}"))?;
        let parent = place.parent(controller)?;
        let folder = parent.join(format!("multiprocess-programs-{}", std::process::id()));
        fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Cgroup { home: place.home, folder, unified: place.unified })
    }

    /// Lets the group use so many hundredths of a CPU.
    pub fn limit_cpu(&self, hundredths: u32) {
        if self.unified {
            self.write("cpu.max", &format!("{} 100000", hundredths * 1000));
        } else {
            self.write("cpu.cfs_period_us", "100000");
            self.write("cpu.cfs_quota_us", &(hundredths * 1000).to_string());
        }
    }

    /// Lets the group have so many threads, of all its processes together.
    pub fn limit_threads(&self, count: u32) {
        self.write("pids.max", &count.to_string());
    }

    /// Moves this process into the group; its later children begin there.
    pub fn enter(&self) {
        self.write("cgroup.procs", "0");
    }

    /// Moves all that are in the group to where this process was before.
    fn empty(&self) -> io::Result<()> {
        for pid in fs::read_to_string(self.folder.join("cgroup.procs"))?.lines() {
            fs::write(self.home.join("cgroup.procs"), pid)?;
        }
        Ok(())
    }

    fn write(&self, file: &str, value: &str) {
        let path = self.folder.join(file);
        fs::write(&path, value).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // Reported and not panicked about, as this may be a panic already; then there are children left in the group.
        if let Err(error) = self.empty().and_then(|()| fs::remove_dir(&self.folder)) {
            eprintln!("{} is left: {error}", self.folder.display());
        }
    }
}

impl Place {
    /// This process's place in the hierarchy that has the controller, as /proc/self/cgroup and /proc/self/mountinfo tell.
    fn of(controller: &str) -> Option<Place> {
        let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
        let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
        let lists = |list: &str| list.split(',').any(|one| one == controller);
        let own = groups.lines().find_map(|line| {
            let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
            lists(controllers).then_some((false, path))
        });
        let unified = || Some((true, groups.lines().find_map(|line| line.strip_prefix("0::"))?));
        let (unified, path) = own.or_else(unified)?;
        let mount = mounts.lines().find_map(|line| {
            let (mount, kind) = line.split_once(" - ")?;
            let (kind, options) = kind.split_once(' ')?;
            let found = if unified {
                kind == "cgroup2"
            } else {
                kind == "cgroup" && lists(options.split(' ').nth(1)?)
            };
            found.then(|| mount.split(' ').nth(4).map(PathBuf::from)).flatten()
        })?;
        let home = mount.join(path.trim_start_matches('/'));
        Some(Place { mount, home, unified })
    }

    /// Where a group with the controller can be made. In the unified hierarchy a group passes on only the controllers that it
    /// lists, and none but the topmost may both do so and hold processes.
    fn parent(&self, controller: &str) -> Result<PathBuf, String> {
        if !self.unified {
            return Ok(self.home.clone());
        }
        let passes_on = |folder: &&Path| {
            let listed = fs::read_to_string(folder.join("cgroup.subtree_control")).unwrap_or_default();
            listed.split_whitespace().any(|one| one == controller)
        };
        let above = self.home.ancestors().take_while(|folder| folder.starts_with(&self.mount));
        let found = above.into_iter().find(passes_on).map(Path::to_path_buf);
        found.ok_or(format!("no group above this process passes {controller} on"))
    }
}
