//! How something is installed on this distribution.

use std::fs;

/// A distribution's package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    /// Debian, Ubuntu, and what descends from them.
    Apt,
    /// Fedora, and what it descends to.
    Dnf,
    /// Arch.
    Pacman,
    /// Another one, or none that could be told.
    Unknown,
}

/// One thing's packages, by distribution.
#[derive(Clone, Copy, Debug)]
pub struct Packages {
    /// For Debian and Ubuntu.
    pub apt: &'static str,
    /// For Fedora.
    pub dnf: &'static str,
    /// For Arch.
    pub pacman: &'static str,
}

impl Manager {
    /// As os-release(5) says.
    pub fn of_this_machine() -> Manager {
        let read = |file| fs::read_to_string(file).ok();
        read("/etc/os-release")
            .or_else(|| read("/usr/lib/os-release"))
            .map_or(Manager::Unknown, |text| Manager::of(&text))
    }

    fn of(os_release: &str) -> Manager {
        let values = |key| {
            let line = os_release.lines().find_map(|line| line.strip_prefix(key)).unwrap_or("");
            line.trim_matches(['"', '\'']).split(' ')
        };
        let known = values("ID=").chain(values("ID_LIKE=")).find_map(|id| match id {
            "debian" | "ubuntu" => Some(Manager::Apt),
            "fedora" | "rhel" => Some(Manager::Dnf),
            "arch" => Some(Manager::Pacman),
            _ => None,
        });
        known.unwrap_or(Manager::Unknown)
    }

    /// The command that installs it; all commands, where it could not be told which one is right.
    pub fn install(self, packages: Packages) -> String {
        let Packages { apt, dnf, pacman } = packages;
        let apt = format!("`sudo apt-get install {apt}`");
        let dnf = format!("`sudo dnf install {dnf}`");
        let pacman = format!("`sudo pacman -S {pacman}`");
        match self {
            Manager::Apt => apt,
            Manager::Dnf => dnf,
            Manager::Pacman => pacman,
            Manager::Unknown => format!("{apt} on Debian and Ubuntu, {dnf} on Fedora, {pacman} on Arch"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PYTHON: Packages = Packages { apt: "python3", dnf: "python3", pacman: "python" };

    #[test]
    fn a_distribution_is_known_by_itself_or_by_what_it_descends_from() {
        for (os_release, manager) in [
            ("PRETTY_NAME=\"Debian\"\nID=debian\n", Manager::Apt),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", Manager::Apt),
            ("ID=fedora\nVERSION_ID=43\n", Manager::Dnf),
            ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", Manager::Dnf),
            ("ID=arch\n", Manager::Pacman),
            ("ID=manjaro\nID_LIKE=arch\n", Manager::Pacman),
            ("ID=nixos\nVARIANT_ID=debian\n", Manager::Unknown),
            ("", Manager::Unknown),
        ] {
            assert_eq!(Manager::of(os_release), manager, "{os_release}");
        }
    }

    #[test]
    fn the_command_is_that_of_the_distribution_or_all_of_them() {
        assert_eq!(Manager::Pacman.install(PYTHON), "`sudo pacman -S python`");
        let all = Manager::Unknown.install(PYTHON);
        assert!(["apt-get", "dnf", "pacman"].iter().all(|command| all.contains(command)), "{all}");
    }
}
