//! The programs that the book calls, each asked to do a little of what it will have to do.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use supervisor::Temporary;

use crate::doctor::check::{Check, Trouble};
use crate::doctor::packages::{Manager, Packages};
use crate::doctor::place::Place;
use crate::doctor::task::Task;

/// What the workspace is written for.
const RUST: &str = env!("CARGO_PKG_RUST_VERSION");
/// What the twins are written for, the oldest that Python's own project still fixes.
const PYTHON: &str = "3.10";
/// As the tests in a browser look for it.
const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// There is no browser to open in a container.
const OUTSIDE: &str = "nothing to install: open the address in the browser outside of the container";

/// One question for each program.
pub fn checks(manager: Manager, place: Place) -> Vec<Check> {
    let compiler = manager.install(Packages { apt: "build-essential", dnf: "gcc", pacman: "gcc" });
    let python = manager.install(Packages { apt: "python3", dnf: "python3", pacman: "python" });
    let chromium = manager.install(Packages { apt: "chromium", dnf: "chromium", pacman: "chromium" });
    let opener = match place {
        Place::Container => OUTSIDE.to_owned(),
        _ => manager.install(Packages { apt: "xdg-utils", dnf: "xdg-utils", pacman: "xdg-utils" }),
    };
    vec![
        Check::new("cargo", Task::Build, rust("cargo")),
        Check::new("rustc", Task::Build, rust("rustc")),
        Check::new("linker", Task::Build, link().map_err(|found| Trouble::new(found, compiler))),
        Check::new("python3", Task::Twins, twins().map_err(|found| Trouble::new(found, python))),
        Check::new("browser", Task::OpenBrowser, opens().map_err(|found| Trouble::new(found, opener))),
        Check::new("chromium", Task::BrowserTests, browser().map_err(|found| Trouble::new(found, chromium))),
    ]
}

/// What a program answers, or why there is no answer.
pub(super) fn ask(program: &Path, arguments: &[&str]) -> Result<String, String> {
    let name = program.display();
    let asked = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    let asked = asked.map_err(|error| format!("{name} cannot be run: {error}"))?;
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if asked.status.success() {
        return Ok(said(&asked.stdout));
    }
    let error = said(&asked.stderr);
    let last = error.lines().last().unwrap_or("it says nothing");
    Err(format!("{name} fails with {}: {last}", asked.status))
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

pub(super) fn found(program: &str) -> Result<PathBuf, String> {
    on_path(program).ok_or_else(|| format!("there is no {program} on the PATH"))
}

fn rust(program: &str) -> Result<String, Trouble> {
    let install = format!("`rustup update`, or install Rust {RUST} or newer as https://rustup.rs says");
    let version = found(program).and_then(|program| ask(&program, &["--version"]));
    let version = version.map_err(|problem| Trouble::new(problem, &install))?;
    if at_least(&version, RUST) {
        Ok(version)
    } else {
        Err(Trouble::new(format!("{version}, and {RUST} is needed"), install))
    }
}

/// Whether the first version in `text`, such as `cargo 1.88.0 (873a06493 2025-05-10)`, is `wanted` or newer.
fn at_least(text: &str, wanted: &str) -> bool {
    let numbers = |version: &str| -> Vec<u32> {
        let digits = |part: &str| part.chars().take_while(char::is_ascii_digit).collect::<String>();
        version.split('.').map_while(|part| digits(part).parse().ok()).collect()
    };
    let version = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    version.is_some_and(|version| numbers(version) >= numbers(wanted))
}

/// rustc links with `cc`; to compile and link a program of C takes it the same things.
fn link() -> Result<String, String> {
    let compiler = found("cc")?;
    let folder = Temporary::new().map_err(|error| error.to_string())?;
    let (source, program) = (folder.path().join("doctor.c"), folder.path().join("doctor"));
    fs::write(&source, "int main(void) { return 0; }\n").map_err(|error| error.to_string())?;
    let paths = [&source, &program].map(|path| path.to_string_lossy().into_owned());
    ask(&compiler, &[&paths[0], "-o", &paths[1]])?;
    ask(&program, &[])?;
    let version = ask(&compiler, &["--version"])?;
    Ok(format!("{} links", version.lines().next().unwrap_or("cc")))
}

/// Python can be built without what `multiprocessing` takes.
fn twins() -> Result<String, String> {
    let script = "import multiprocessing as m, sys; m.Lock(); print(sys.version.split()[0])";
    let version = ask(&found("python3")?, &["-c", script])?;
    if at_least(&version, PYTHON) {
        Ok(format!("Python {version} with multiprocessing"))
    } else {
        Err(format!("Python {version}, and {PYTHON} is needed"))
    }
}

/// The first program that `cargo run` would try, of those that are there.
fn opens() -> Result<String, String> {
    let tried: Vec<OsString> =
        open::commands("http://127.0.0.1/").iter().map(|command| command.get_program().to_owned()).collect();
    let there = |program: &OsString| match Path::new(program) {
        path if path.is_absolute() => path.is_file(),
        _ => on_path(&program.to_string_lossy()).is_some(),
    };
    match tried.iter().find(|program| there(program)) {
        Some(program) => Ok(format!("{} opens pages", program.to_string_lossy())),
        None => Err("no program that opens pages: xdg-open, gio and their like".into()),
    }
}

fn browser() -> Result<String, String> {
    let program = match env::var_os("BROWSER_FOR_TESTS") {
        Some(named) => PathBuf::from(named),
        None => CHROMIUM
            .iter()
            .find_map(|name| on_path(name))
            .ok_or_else(|| format!("none of {} is on the PATH", CHROMIUM.join(", ")))?,
    };
    ask(&program, &["--version"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        for (text, wanted, enough) in [
            ("cargo 1.88.0 (873a06493 2025-05-10)", "1.88", true),
            ("rustc 1.100.0-nightly (abc 2026-01-01)", "1.88", true),
            ("rustc 1.9.0", "1.88", false),
            ("2.0", "1.88", true),
            ("3.9.18", "3.10", false),
            ("3.14.0rc1", "3.10", true),
            ("no version here", "0", false),
        ] {
            assert_eq!(at_least(text, wanted), enough, "{text} against {wanted}");
        }
    }
}
