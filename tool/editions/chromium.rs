//! Chromium, as a printer: a file of HTML becomes a PDF.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use supervisor::Temporary;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// How long it may take for one PDF, in seconds.
const LONGEST: &str = "900";

/// A Chromium of this machine.
#[derive(Debug)]
pub(crate) struct Chromium {
    program: PathBuf,
}

impl Chromium {
    /// Looks for one.
    ///
    /// # Errors
    ///
    /// When there is none. The error says what to install.
    pub(crate) fn find() -> Result<Chromium> {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = env::split_paths(&path).collect();
        let mut programs = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        let Some(program) = programs.find(|program| program.is_file()) else {
            bail!(
                "a PDF needs Chromium or Google Chrome, and this machine has none: install it, on Debian and Ubuntu with \
                 `sudo apt install chromium` (the names {NAMES:?} were looked up in PATH)"
            );
        };
        Ok(Chromium { program })
    }

    /// Prints a page to a file.
    ///
    /// # Errors
    ///
    /// When Chromium fails, or takes too long.
    pub(crate) fn print(&self, page: &Path, pdf: &Path) -> Result<()> {
        let profile = Temporary::new()?;
        let option = |name: &str, value: &Path| {
            let mut option = std::ffi::OsString::from(format!("--{name}="));
            option.push(value);
            option
        };
        let mut chromium = Command::new("timeout");
        chromium.args(["--kill-after=5", LONGEST]).arg(&self.program);
        // It opens nothing but what this program wrote, and as root it does not start with its sandbox.
        chromium.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-dev-shm-usage",
        ]);
        chromium.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
        chromium.args(["--no-pdf-header-footer", "--generate-pdf-document-outline"]);
        chromium.arg(option("user-data-dir", profile.path())).arg(option("print-to-pdf", pdf)).arg(page);
        let done = chromium.stdin(Stdio::null()).output().context("cannot run `timeout`")?;
        let is_pdf = || fs::read(pdf).is_ok_and(|bytes| bytes.starts_with(b"%PDF"));
        match done.status.code() {
            Some(0) if is_pdf() => Ok(()),
            Some(124 | 137) => bail!("{} took more than {LONGEST} seconds for a PDF", self.program.display()),
            _ => bail!(
                "{} wrote no PDF ({}): {}",
                self.program.display(),
                done.status,
                String::from_utf8_lossy(&done.stderr).trim()
            ),
        }
    }
}
