//! What the compiler says of a listing, in words that are the same on all machines.
//!
//! `rustc` is run as Cargo would run it, in the workspace's root, so paths are relative to it. Cargo itself is not asked: it may
//! have to build the dependencies anew with other features, and it waits for whatever else is being built.
//!
//! A message may point into the standard library. If a machine has the library's source, the compiler quotes it, and names it by
//! a path of that machine. A record has the name of the file alone.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::Duration,
};

use serde_json::Value;
use supervisor::{End, request::Request, run::Run};

use crate::{
    catalog::Listing,
    fresh,
    refusal::{Fault, Refusal},
};

/// A compilation up to the point where the last error would be found. It takes a fifth of a second on an idle machine.
const LONGEST: Duration = Duration::from_secs(60);
const RUSTC: &str = "rustc";

/// Asks for the compilation of a listing. `deps` is the folder of the crates that Cargo has built.
///
/// # Errors
///
/// A sentence for the author, when a file cannot be read, or a crate that the listing uses is not built.
pub fn request(root: &Path, listing: &Listing, deps: &Path) -> Result<Request, String> {
    let source = listing.source();
    let manifests = [read(root, &manifest(listing))?, read(root, Path::new("Cargo.toml"))?];
    let mut lines = manifests.iter().flat_map(|manifest| manifest.lines());
    let edition = lines.find_map(|line| line.trim().strip_prefix("edition = "));
    let edition = edition.ok_or("no Cargo.toml names an edition")?.trim_matches('"').to_owned();
    let mut arguments = vec!["--edition".to_owned(), edition, "--error-format=json".to_owned()];
    arguments.extend([
        "--emit=metadata".to_owned(),
        format!("--out-dir={}", deps.with_file_name("refused").display()),
    ]);
    arguments.push(format!("-Ldependency={}", deps.display()));
    for package in crates(root, listing)? {
        let name = package.replace('-', "_");
        let file = newest(deps, &name).ok_or_else(|| {
            let problem = format!("uses `{package}`, which is not built: `cargo build --examples` builds it");
            format!("{} {problem}", source.display())
        })?;
        arguments.push(format!("--extern={name}={}", file.display()));
    }
    arguments.push(source.display().to_string());
    Ok(Request::new(RUSTC).args(arguments).dir(root).untraced().within(LONGEST))
}

/// The dependencies of a listing's crate that the listing uses.
///
/// # Errors
///
/// When the listing or the manifest of its crate cannot be read.
pub fn crates(root: &Path, listing: &Listing) -> Result<Vec<String>, String> {
    let text = read(root, &listing.source())?;
    let manifest = read(root, &manifest(listing))?;
    let dependencies = manifest.lines().skip_while(|line| line.trim() != "[dependencies]").skip(1);
    let dependencies = dependencies.take_while(|line| !line.starts_with('['));
    let names = dependencies.filter_map(|line| line.split(['.', ' ', '=']).next());
    let names = names.filter(|name| !name.is_empty() && !name.starts_with('#'));
    let is_used = |name: &&str| text.contains(&format!("{}::", name.replace('-', "_")));
    Ok(names.filter(is_used).map(str::to_owned).collect())
}

/// The manifest of a listing's crate.
fn manifest(listing: &Listing) -> PathBuf {
    Path::new("chapters-code").join(&listing.chapter).join("Cargo.toml")
}

fn read(root: &Path, path: &Path) -> Result<String, String> {
    fs::read_to_string(root.join(path)).map_err(|e| format!("cannot read {}: {e}", path.display()))
}

/// The crate of this name that was built last. Builds with other features are beside it.
fn newest(deps: &Path, name: &str) -> Option<PathBuf> {
    let start = format!("lib{name}-");
    let files = fs::read_dir(deps).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let is_it = |file: &PathBuf| {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with(&start) && name.ends_with(".rlib")
    };
    files.filter(is_it).max_by_key(|file| fresh::modified(file).ok())
}

/// The compiler, without what distinguishes two builds of one release: `rustc 1.95.0`.
///
/// # Panics
///
/// When there is none.
pub fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let said = Command::new(RUSTC).arg("--version").output();
        let said = said.unwrap_or_else(|e| panic!("cannot run {RUSTC}: {e}")).stdout;
        String::from_utf8_lossy(&said).split_whitespace().take(2).collect::<Vec<_>>().join(" ")
    })
}

/// What the compiler said of a listing; `None` if the listing compiles.
///
/// # Errors
///
/// A sentence, when the compiler neither compiled nor refused it.
pub fn refusal(run: &Run, listing: &Listing) -> Result<Option<Refusal>, String> {
    let said: Vec<Value> =
        run.stderr.split(|&b| b == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    // How many errors there were.
    let is_sum =
        |value: &Value| value["message"].as_str().is_some_and(|text| text.starts_with("aborting due to "));
    let said: Vec<Value> = said.into_iter().filter(|value| !is_sum(value)).collect();
    let source = listing.source();
    let errors: Vec<Fault> = said
        .iter()
        .filter(|value| value["level"] == "error")
        .map(|value| Fault {
            code: value["code"]["code"].as_str().map(str::to_owned),
            line: line(value, &source),
        })
        .collect();
    match run.ended() {
        End::Exit(0) => Ok(None),
        End::Exit(1) if !errors.is_empty() => {
            let words: String =
                said.iter().filter_map(|value| value["rendered"].as_str()).map(portable).collect();
            let message = format!("{}\n", words.trim_end()).into_bytes();
            Ok(Some(Refusal { errors, compiler: version().to_owned(), message }))
        }
        end => Err(format!("the compiler ended by {end}: {}", String::from_utf8_lossy(&run.stderr))),
    }
}

/// The line of the source where an error is. An error in a macro of another file is where the macro is used.
fn line(error: &Value, source: &Path) -> Option<usize> {
    let primary = error["spans"].as_array()?.iter().filter(|span| span["is_primary"] == true);
    let mut lines = primary.filter_map(|span| {
        let mut span = span;
        while span["file_name"].as_str().is_none_or(|file| Path::new(file) != source) {
            span = span["expansion"].get("span")?;
        }
        span["line_start"].as_u64().and_then(|line| usize::try_from(line).ok())
    });
    lines.next()
}

/// A message without what only one machine or one build has: where another crate's source is, what is in it, and how many more of
/// its types implement a trait, which depends on the crate's features.
fn portable(rendered: &str) -> String {
    let mut lines = vec![];
    let mut is_quoting = false;
    for line in rendered.lines() {
        let place =
            ["--> ", "::: "].into_iter().find_map(|arrow| line.split_once(arrow).map(|(_, path)| path));
        let place = place.filter(|_| line.trim_start().starts_with(['-', ':']));
        if let Some(path) = place {
            is_quoting = path.starts_with('/');
            let shown = if is_quoting { file(path) } else { path };
            lines.push(line.replace(path, shown));
            continue;
        }
        let after = line.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit());
        is_quoting &= after.starts_with('|') || line == "...";
        if !is_quoting {
            lines.push(uncounted(line));
        }
    }
    narrowed(&lines)
}

/// `and 77 others` without the number.
fn uncounted(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["and", number, "others"] if number.bytes().all(|b| b.is_ascii_digit()) => {
            line.replace(&format!("and {number} "), "and ")
        }
        _ => line.to_owned(),
    }
}

/// A file of another crate without the folders above it, and without the place in it.
fn file(path: &str) -> &str {
    let path = path.split(':').next().unwrap_or(path);
    let of_std = path.split_once("/library/").map(|(_, rest)| rest);
    let registered = || path.split_once("/registry/src/").and_then(|(_, rest)| rest.split_once('/'));
    of_std.or_else(|| registered().map(|(_, rest)| rest)).unwrap_or(path)
}

/// The lines with a margin that is as wide as their line numbers. A number that was left out may have been longer.
fn narrowed(lines: &[String]) -> String {
    let digits = |line: &String| {
        let number = line.trim_start().split(' ').next().unwrap_or_default();
        (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(number.len())
    };
    let arrow = lines.iter().find_map(|line| line.split_once("--> ").map(|(margin, _)| margin.len()));
    let needed = lines.iter().filter_map(digits).max().unwrap_or(1);
    let spare = " ".repeat(arrow.unwrap_or(needed).saturating_sub(needed));
    let narrow = |line: &String| {
        let number = digits(line).filter(|_| !line.starts_with(' ')).unwrap_or(0);
        let (number, rest) = line.split_at(number);
        format!("{number}{}\n", rest.strip_prefix(&spare).unwrap_or(rest))
    };
    lines.iter().map(narrow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What one compiler said on a machine that has the source of the standard library.
    const QUOTED: &str = "\
error[E0277]: `Rc<i32>` cannot be sent
   --> src/send.rs:6:32
    |
  6 |     thread::spawn(move || shared);
    |     ------------- ^^^^^^^
    |
    = help: the trait `Send` is not implemented
note: required by a bound in `spawn`
   --> /home/ann/lib/rustlib/src/rust/library/std/src/thread/functions.rs:128:8
    |
125 | pub fn spawn<F, T>(f: F) -> JoinHandle<T>
    |        ----- required by a bound in this function
...
128 |     F: Send + 'static,
    |        ^^^^ required by this bound in `spawn`
help: a hint
    |
  6 |     thread::spawn(shared);

";
    /// And on one that does not.
    const BARE: &str = "\
error[E0277]: `Rc<i32>` cannot be sent
 --> src/send.rs:6:32
  |
6 |     thread::spawn(move || shared);
  |     ------------- ^^^^^^^
  |
  = help: the trait `Send` is not implemented
note: required by a bound in `spawn`
 --> /rustc/0123/library/std/src/thread/functions.rs:125:0
help: a hint
  |
6 |     thread::spawn(shared);

";

    #[test]
    fn a_message_is_the_same_with_and_without_the_source_of_std() {
        assert_eq!(portable(QUOTED), portable(BARE));
        let changed = BARE
            .replace("/rustc/0123/library/std/src/thread/functions.rs:125:0", "std/src/thread/functions.rs");
        assert_eq!(portable(BARE), changed);
        // Older compilers have the numbers on the left.
        let left = QUOTED.replace("\n  6 |", "\n6   |");
        assert_eq!(portable(&left), portable(BARE));
    }

    #[test]
    fn what_is_quoted_of_the_program_stays() {
        let message = "error: a\n  --> src/a.rs:9:1\n   |\n 9 | a\n...\n12 | | b\n   | |_^\n";
        assert_eq!(portable(message), message);
        let registered = " --> /home/ann/.cargo/registry/src/index-1f/serde-1.0.2/src/lib.rs:4:1\n";
        assert_eq!(portable(registered), " --> serde-1.0.2/src/lib.rs\n");
    }

    #[test]
    fn how_many_other_types_there_are_is_left_out() {
        let counted = |n: u32| format!("             (A, B)\n           and {n} others\n");
        assert_eq!(portable(&counted(77)), portable(&counted(87)));
        assert!(portable(&counted(77)).ends_with("           and others\n"));
        let program = " 7 | // and 3 others wait\n";
        assert_eq!(portable(program), program);
    }

    #[test]
    fn an_error_in_a_macro_is_where_the_macro_is_used() {
        let span = |file: &str, line: u64, expansion: Value| serde_json::json!({"is_primary": true, "file_name": file, "line_start": line, "expansion": expansion});
        let used = span("a.rs", 7, Value::Null);
        let error =
            serde_json::json!({"spans": [span("/std/macros.rs", 90, serde_json::json!({"span": used}))]});
        assert_eq!(line(&error, Path::new("a.rs")), Some(7));
        assert_eq!(line(&error, Path::new("b.rs")), None);
        let secondary =
            serde_json::json!({"spans": [{"is_primary": false, "file_name": "a.rs", "line_start": 1}]});
        assert_eq!(line(&secondary, Path::new("a.rs")), None);
    }

    #[test]
    fn a_listing_gets_the_crates_that_it_uses() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let chapter = root.path().join("chapters-code/threads");
        fs::create_dir_all(&chapter).expect("a folder");
        let manifest = "[package]\nname = \"threads\"\n\n[dependencies]\n# Two.\nipc-channel.workspace = true\nrayon = \"1\"\n\n[features]\nstd = []\n";
        fs::write(chapter.join("Cargo.toml"), manifest).expect("a manifest");
        let listing = Listing::refused("threads", "a");
        let source = root.path().join(listing.source());
        fs::create_dir_all(source.parent().expect("a folder")).expect("a folder");
        let used = |text: &str| {
            fs::write(&source, text).expect("a program");
            crates(root.path(), &listing).expect("both files")
        };
        assert_eq!(used("use std::thread;\nuse ipc_channel::ipc;\n"), ["ipc-channel"]);
        assert!(used("fn main() { features::a() }").is_empty());
    }
}
