//! Whether a built example is still the program that its sources say.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Refuses an example that is missing, is another crate's, or is older than any of its sources.
///
/// `built` is the executable, `source` its main file, and `root` the folder that relative paths in Cargo's
/// dep-info (`hello.d`, beside the executable) start from.
///
/// # Errors
///
/// A sentence that says what is wrong with it, but not what to do: the caller knows the command.
pub(crate) fn check(built: &Path, source: &Path, root: &Path) -> Result<(), String> {
    let built_at =
        modified(built).map_err(|_| format!("the example is not built: there is no {}", built.display()))?;
    let info = built.with_extension("d");
    let text = fs::read_to_string(&info).map_err(|e| format!("cannot read {}: {e}", info.display()))?;
    let sources: Vec<PathBuf> = sources(&text).into_iter().map(|source| root.join(source)).collect();
    if !sources.iter().any(|path| path == source) {
        let built = built.display();
        return Err(format!("{built} was not built from {}, but from {sources:?}", source.display()));
    }
    for path in sources {
        let changed = modified(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        if changed > built_at {
            return Err(format!("the example is older than its source {}", path.display()));
        }
    }
    Ok(())
}

/// When a file was changed last.
pub(crate) fn modified(path: &Path) -> std::io::Result<SystemTime> {
    fs::metadata(path)?.modified()
}

/// The sources in a dep-info file: `target: source source`, with a backslash before a blank that is in a path.
fn sources(info: &str) -> Vec<String> {
    let Some((_, list)) = info.lines().next().and_then(|line| line.split_once(": ")) else { return vec![] };
    let mut sources = vec![String::new()];
    let mut chars = list.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(' ') => sources.last_mut().expect("never empty").push(' '),
                Some(other) => sources.last_mut().expect("never empty").extend(['\\', other]),
                None => {}
            },
            ' ' => sources.push(String::new()),
            c => sources.last_mut().expect("never empty").push(c),
        }
    }
    sources.retain(|source| !source.is_empty());
    sources
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sources_are_what_follows_the_target() {
        let info = "/a\\ b/target/hello: /a\\ b/src/c.rs examples/hello.rs\n\nother: x.rs\n";
        assert_eq!(sources(info), ["/a b/src/c.rs", "examples/hello.rs"]);
        assert!(sources("").is_empty() && sources("hello:\n").is_empty());
    }
}
