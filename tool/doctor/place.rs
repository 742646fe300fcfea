//! What Linux runs in here, as far as it changes what to do about something.

use std::fs;
use std::path::Path;

/// The outermost PID namespace, whose number is fixed in the kernel.
const OUTERMOST: &str = "pid:[4026531836]";

/// A kind of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A machine, virtual or not, with Linux for its system.
    Machine,
    /// A container, whichever program made it.
    Container,
    /// Windows' imitation of Linux.
    Wsl1,
    /// Linux in Windows' virtual machine.
    Wsl2,
}

impl Place {
    /// Where this runs.
    pub fn this() -> Place {
        let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        // Docker leaves the first of these files in a container, podman the other one. Disks of virtual machines that were
        // made from a container's files have them too, so processes have to be numbered anew as well.
        let marked = ["/.dockerenv", "/run/.containerenv"].iter().any(|file| Path::new(file).exists());
        let numbered = fs::read_link("/proc/self/ns/pid").is_ok_and(|name| name != Path::new(OUTERMOST));
        Place::of(&release, marked && numbered)
    }

    /// A container of Docker Desktop for Windows has the kernel of WSL 2, and is a container all the same.
    fn of(release: &str, contained: bool) -> Place {
        let release = release.to_ascii_lowercase();
        match (contained, release.contains("microsoft"), release.contains("wsl2")) {
            (true, ..) => Place::Container,
            (_, false, _) => Place::Machine,
            (_, true, true) => Place::Wsl2,
            // The first kernels of WSL 2 were called so.
            (_, true, false) if release.contains("microsoft-standard") => Place::Wsl2,
            (_, true, false) => Place::Wsl1,
        }
    }

    /// In words, `None` for what most people have.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Place::Machine => None,
            Place::Container => Some("in a container"),
            Place::Wsl1 => Some("in WSL 1"),
            Place::Wsl2 => Some("in WSL 2"),
        }
    }

    /// Where else than in Linux something is set that a virtual machine has: `key` of WSL's configuration, or what Docker
    /// Desktop calls resources.
    pub fn setting(self, key: &str) -> String {
        match self {
            Place::Machine => String::new(),
            Place::Container => "; with Docker Desktop it is set in Settings, Resources".into(),
            Place::Wsl1 | Place::Wsl2 => {
                format!("; it is `{key}=…` below `[wsl2]` in Windows' `%UserProfile%\\.wslconfig`")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_tells_which_wsl_it_is_of() {
        for (release, place) in [
            ("6.18.0-generic\n", Place::Machine),
            ("4.4.0-19041-Microsoft\n", Place::Wsl1),
            ("4.19.104-microsoft-standard\n", Place::Wsl2),
            ("5.15.153.1-microsoft-standard-WSL2\n", Place::Wsl2),
        ] {
            assert_eq!(Place::of(release, false), place, "{release}");
            assert_eq!(Place::of(release, true), Place::Container, "{release}");
        }
    }
}
