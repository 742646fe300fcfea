//! Files that are there whole or not at all, whatever happens meanwhile: a full disk, a crash, a second tool.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use supervisor::Temporary;
use tempfile::{Builder, NamedTempFile};

/// Writes a file in place of the one that is there.
///
/// # Errors
///
/// When it cannot be written. The one that was there is there then.
pub fn replace(path: &Path, text: &str) -> Result<()> {
    let written = beside(path, text).and_then(|(file, _folder)| Ok(file.persist(path)?));
    written.map(drop).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes a file in place of the one that is there, which is moved to `kept`. The new one is written before that.
///
/// # Errors
///
/// When one cannot be written or the other not moved. The error says where the old one is, unless that is where it was.
pub fn exchange(path: &Path, text: &str, kept: &Path) -> Result<()> {
    let (new, _folder) = beside(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    fs::create_dir_all(kept.parent().context("it has no folder")?)
        .and_then(|()| fs::rename(path, kept))
        .with_context(|| format!("cannot move {} to {}", path.display(), kept.display()))?;
    new.persist_noclobber(path)
        .map(drop)
        .with_context(|| format!("cannot write {}; what was there is {} now", path.display(), kept.display()))
}

/// Writes a file, unless there is one. Says whether it did.
///
/// # Errors
///
/// When it cannot be written.
pub fn create(path: &Path, text: &str) -> Result<bool> {
    if path.exists() {
        return Ok(false);
    }
    let written = beside(path, text).and_then(|(file, _folder)| Ok(file.persist_noclobber(path)?));
    written.map(|_| true).with_context(|| format!("cannot write {}", path.display()))
}

/// A few digits by which a text that was written is known again.
pub fn sum(text: &str) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The text in a file that is still to get its name. It is in a folder of its own, which is dropped after it has been moved.
fn beside(path: &Path, text: &str) -> Result<(NamedTempFile, Temporary)> {
    let folder = path.parent().context("it has no folder")?;
    fs::create_dir_all(folder)?;
    let everybodys = fs::Permissions::from_mode(0o666);
    let temporary = Temporary::new_in(folder)?;
    let mut file = Builder::new().permissions(everybodys).tempfile_in(temporary.path())?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok((file, temporary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_file_is_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/file");
        assert!(create(&path, "one").expect("a file"));
        assert!(!create(&path, "two").expect("no file"));
        assert_eq!(fs::read_to_string(&path).expect("a file"), "one");
        replace(&path, "three").expect("a file");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "three");
        let kept = folder.path().join("kept/file");
        exchange(&path, "four", &kept).expect("a file");
        let texts = [&path, &kept].map(|path| fs::read_to_string(path).expect("a file"));
        assert_eq!(texts, ["four", "three"]);
        // Nothing can be moved to below a file.
        exchange(&path, "five", &kept.join("file")).expect_err("no folder");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "four", "it is where it was");
        assert_eq!(
            fs::read_dir(folder.path().join("new")).expect("a folder").count(),
            1,
            "nothing beside it"
        );
    }
}
