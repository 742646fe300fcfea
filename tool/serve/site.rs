//! A built site, whole and in memory.
//!
//! The server answers from here and never from the disk: a page cannot be seen half-written, no request can leave the
//! site's folder, and a new build replaces an old one in one step.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use axum::body::Bytes;

use crate::serve::policy;

/// The files of one build, by their path in the site (`a/b.html`).
#[derive(Debug)]
pub struct Site {
    files: HashMap<String, File>,
    build: u64,
}

/// One file.
#[derive(Debug)]
struct File {
    bytes: Bytes,
    policy: String,
}

impl Site {
    /// Reads the folder that a build has written; `build` is that build's number.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or its name is not UTF-8.
    pub fn read(folder: &Path, build: u64) -> Result<Site> {
        let mut files = HashMap::new();
        read_into(folder, "", &mut files)?;
        Ok(Site { files, build })
    }

    /// The number of the build that these files are from.
    pub fn build(&self) -> u64 {
        self.build
    }

    /// The file for a path (decoded, without its leading slash), with its name and what it may do; a folder stands for its
    /// `index.html`.
    pub fn find(&self, path: &str) -> Option<(&str, &str, Bytes)> {
        let (name, file) = if path.is_empty() || path.ends_with('/') {
            self.files.get_key_value(&format!("{path}index.html"))?
        } else {
            self.files.get_key_value(path)?
        };
        Some((name, &file.policy, file.bytes.clone()))
    }

    /// Whether the path is a folder's, written without the slash that relative links on its page need.
    pub fn is_folder(&self, path: &str) -> bool {
        self.files.contains_key(&format!("{path}/index.html"))
    }
}

fn read_into(folder: &Path, prefix: &str, files: &mut HashMap<String, File>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().with_context(|| format!("the name of {name:?} is not UTF-8"))?;
        let path = entry.path();
        if path.is_dir() {
            read_into(&path, &format!("{prefix}{name}/"), files)?;
        } else {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let policy = match name.ends_with(".html") {
                true => policy::of_page(&String::from_utf8_lossy(&bytes)),
                false => policy::NOT_A_PAGE.to_owned(),
            };
            files.insert(format!("{prefix}{name}"), File { bytes: bytes.into(), policy });
        }
    }
    Ok(())
}
