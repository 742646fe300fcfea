//! The package that a participant's programs are in: its Cargo.toml, and what goes with it.
//!
//! It is made of the book's own, so that no version is written twice: the dependencies are those that the exercises are
//! tested with, and Cargo.lock has the packages that were downloaded for the book.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use toml::{Table, Value};

use crate::workshop::file::{self, sum};

/// What the tests of the exercises need, and the exercises do not.
const OF_THE_TESTS: [&str; 1] = ["insta"];

const CONFIG: &str = "\
# Beside what is built for the book, so that neither waits for the other.
[build]
target-dir = \"../../target/workshop\"
";

/// Writes what is missing in the folder of the package, and renews what is still as this function wrote it.
///
/// # Errors
///
/// When a file of the book cannot be read, or one of the package cannot be written.
pub fn write(root: &Path, folder: &Path) -> Result<()> {
    let (path, lock) = (folder.join("Cargo.toml"), folder.join("Cargo.lock"));
    let text = signed(&manifest(root)?);
    let old = fs::read_to_string(&path).unwrap_or_default();
    let is_stale = (old.is_empty() && !path.exists()) || (is_as_written(&old) && old != text);
    if is_stale || !lock.exists() {
        let locked = root.join("Cargo.lock");
        let locked =
            fs::read_to_string(&locked).with_context(|| format!("cannot read {}", locked.display()))?;
        file::replace(&lock, &locked)?;
    }
    // Behind the lock that goes with it: if that cannot be written, both are tried again the next time.
    if is_stale {
        file::replace(&path, &text)?;
    }
    let config = folder.join(".cargo/config.toml");
    if !config.exists() {
        file::replace(&config, CONFIG)?;
    }
    Ok(())
}

/// A first line that says whether the others are as they were written.
fn signed(text: &str) -> String {
    format!(
        "# Written by `book workshop`, {}. If you change this file it is yours, and stays so.\n{text}",
        sum(text)
    )
}

fn is_as_written(text: &str) -> bool {
    text.split_once('\n').is_some_and(|(head, rest)| head.contains(&sum(rest)))
}

fn manifest(root: &Path) -> Result<String> {
    let (book, exercises) = (read(&root.join("Cargo.toml"))?, read(&root.join("workshop/Cargo.toml"))?);
    let edition = part(&book, &["workspace", "package", "edition"])?;
    let shared = part(&book, &["workspace", "dependencies"])?;
    let used = part(&exercises, &["dev-dependencies"])?.as_table().context("dev-dependencies is a table")?;
    let used = used.iter().filter(|(name, _)| !OF_THE_TESTS.contains(&name.as_str()));
    let dependencies: Table =
        used.map(|(name, wanted)| (name.clone(), dependency(wanted, shared.get(name)).into())).collect();

    let package = Table::from_iter([
        ("name".to_owned(), "mine".into()),
        ("version".to_owned(), "0.0.0".into()),
        ("edition".to_owned(), edition.clone()),
        ("publish".to_owned(), false.into()),
    ]);
    let profile = part(&book, &["profile", "dev"])?;
    let (debug, others) = (part(profile, &["debug"])?, part(profile, &["package", "*"])?);
    let dev = Table::from_iter([
        ("debug".to_owned(), debug.clone()),
        ("package".to_owned(), Table::from_iter([("*".to_owned(), others.clone())]).into()),
    ]);
    let manifest = Table::from_iter([
        ("package".to_owned(), package.into()),
        ("dependencies".to_owned(), dependencies.into()),
        ("profile".to_owned(), Table::from_iter([("dev".to_owned(), dev.into())]).into()),
        // Nothing that is wrong in here is seen from the book's own workspace.
        ("workspace".to_owned(), Table::new().into()),
    ]);
    Ok(toml::to_string(&manifest)?)
}

/// A dependency of the exercises, with the workspace's share of it written out.
fn dependency(wanted: &Value, shared: Option<&Value>) -> Table {
    let table = |value: &Value| match value {
        Value::Table(table) => table.clone(),
        version => Table::from_iter([("version".to_owned(), version.clone())]),
    };
    let mut wanted = table(wanted);
    if wanted.remove("workspace").is_some() {
        let mut shared = shared.map(table).unwrap_or_default();
        let features = [shared.remove("features"), wanted.remove("features")].into_iter().flatten();
        let features: Vec<Value> = features.filter_map(|list| list.as_array().cloned()).flatten().collect();
        wanted.extend(shared);
        if !features.is_empty() {
            wanted.insert("features".to_owned(), features.into());
        }
    }
    if let Some(path) = wanted.get("path").and_then(Value::as_str) {
        wanted.insert("path".to_owned(), format!("../../{path}").into());
    }
    wanted
}

fn read(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let table: Table = text.parse().with_context(|| format!("cannot read {}", path.display()))?;
    Ok(table.into())
}

fn part<'a>(value: &'a Value, path: &[&str]) -> Result<&'a Value> {
    let found = path.iter().try_fold(value, |value, key| value.get(key));
    found.with_context(|| format!("a Cargo.toml of the book has no {}", path.join(".")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn this_book() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    #[test]
    fn programs_may_use_what_the_exercises_are_tested_with() {
        let manifest: Table = manifest(this_book()).expect("a manifest").parse().expect("TOML");
        let dependencies = manifest["dependencies"].as_table().expect("a table");
        assert_eq!(dependencies.keys().collect::<Vec<_>>(), ["multiprocess", "nix", "rand", "serde"]);
        assert_eq!(dependencies["multiprocess"]["path"].as_str(), Some("../../chapters-code/multiprocess"));
        for (name, feature) in [("nix", "signal"), ("serde", "derive")] {
            let features = dependencies[name]["features"].as_array().expect("features");
            assert!(features.iter().any(|found| found.as_str() == Some(feature)), "{name}: {features:?}");
        }
        let book = read(&this_book().join("Cargo.toml")).expect("this book's");
        let version = part(&book, &["workspace", "dependencies", "rand"]).expect("a version");
        assert_eq!(dependencies["rand"].get("version"), Some(version), "written once");
    }

    #[test]
    fn a_manifest_is_renewed_until_somebody_changes_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("Cargo.toml");
        write(this_book(), folder.path()).expect("a package");
        let whole = fs::read_to_string(&path).expect("a file");
        for (found, then) in [
            (signed("[package]\nname = \"older\"\n"), None),
            (format!("{whole}[dependencies.mine-too]\n"), Some(())),
            (String::new(), Some(())),
        ] {
            fs::write(&path, &found).expect("a file");
            fs::write(folder.path().join("Cargo.lock"), "mine").expect("a file");
            write(this_book(), folder.path()).expect("a package");
            let now = fs::read_to_string(&path).expect("a file");
            assert_eq!(now, if then.is_some() { found } else { whole.clone() });
            let lock = fs::read_to_string(folder.path().join("Cargo.lock")).expect("a file");
            assert_eq!(lock == "mine", then.is_some(), "the lock goes with it");
        }
        fs::remove_file(folder.path().join("Cargo.lock")).expect("a file");
        write(this_book(), folder.path()).expect("a package");
        assert!(folder.path().join("Cargo.lock").exists(), "one that is missing is written");
    }
}
