//! Whether everything that a build downloads is here, for a room without a network.

use std::path::Path;

use crate::doctor::check::{Check, Trouble};
use crate::doctor::programs;
use crate::doctor::task::Task;

/// One question for all packages that `Cargo.lock` names for this machine.
pub fn checks(root: &Path) -> Vec<Check> {
    let fix = "`cargo fetch --locked`, while there is a network";
    let answer = fetched(root).map_err(|problem| Trouble::new(format!("not all are here: {problem}"), fix));
    vec![Check::new("packages", Task::Offline, answer)]
}

/// Cargo looks for them as it would before a build, and may not use the network.
fn fetched(root: &Path) -> Result<String, String> {
    let manifest = root.join("Cargo.toml");
    if !manifest.is_file() {
        return Ok("none are needed: there is no Cargo.toml".into());
    }
    let manifest = manifest.to_string_lossy();
    let arguments = ["fetch", "--quiet", "--locked", "--offline", "--target", "host-tuple"];
    let cargo = programs::found("cargo")?;
    programs::ask(&cargo, &[&arguments[..], &["--manifest-path", &manifest]].concat())?;
    Ok("all are here, and a build needs no network".into())
}
