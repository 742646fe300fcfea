//! Whether it is noticed that a file was saved, which `book serve` and `book workshop` wait for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use nix::sys::statfs::{self, FsType};
use notify_debouncer_full::notify::{self, ErrorKind, Event, RecursiveMode, Watcher};
use supervisor::Temporary;

use crate::doctor::check::{Check, Trouble};
use crate::doctor::place::Place;
use crate::doctor::task::Task;

/// An event that comes at all comes at once.
const PATIENCE: Duration = Duration::from_secs(1);
/// File systems whose files others can change, and this system is not told: their numbers, from Linux's `magic.h` and from
/// the sources of those that are not there.
const SHARED: [(i64, &str); 7] = [
    (0x0102_1997, "9p, as Windows' disks are in WSL"),
    (0x6573_5546, "FUSE or virtiofs, as folders of macOS and Windows are in a container"),
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB 2"),
    (0x786f_4256, "a shared folder of VirtualBox"),
];

/// One question for this system, one for others that may write the same files.
pub fn checks(root: &Path, place: Place) -> Vec<Check> {
    let folder = edited(root);
    vec![
        Check::new("file events", Task::Saves, noticed(&folder, place)),
        Check::new("file system", Task::Saves, of_this_system(&folder, place)),
    ]
}

/// Where participants of the workshop save their files, or the nearest folder above it that there is.
fn edited(root: &Path) -> PathBuf {
    let mine = root.join("workshop/mine");
    mine.ancestors().find(|folder| folder.is_dir()).unwrap_or(root).to_path_buf()
}

/// Watches a folder, saves a file in it, and waits for the event.
fn noticed(folder: &Path, place: Place) -> Result<String, Trouble> {
    let scratch = Temporary::new_in(folder)
        .map_err(|error| Trouble::new(error.to_string(), writable_again(error.kind(), place)))?;
    let (send, events) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(send).map_err(|error| unwatched(&error, place))?;
    watcher.watch(scratch.path(), RecursiveMode::NonRecursive).map_err(|error| unwatched(&error, place))?;
    let saved = scratch.path().join("saved.rs");
    fs::write(&saved, "fn main() {}\n").map_err(|error| {
        let found = format!("cannot write {}: {error}", saved.display());
        Trouble::new(found, writable_again(error.kind(), place))
    })?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        match events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Ok(Event { paths, .. })) if paths.contains(&saved) => {
                return Ok(format!("report a file saved in {}", folder.display()));
            }
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                let found = format!("no event came of a file saved in {}", folder.display());
                return Err(Trouble::new(found, POLL));
            }
        }
    }
}

/// What helps anywhere.
const POLL: &str = "look at the files every second: `cargo run -- serve --poll`";

/// What helps where a folder of the book cannot be written.
fn writable_again(why: io::ErrorKind, place: Place) -> String {
    match (why, place) {
        (io::ErrorKind::ReadOnlyFilesystem, Place::Container) => {
            "mount the book's folder for writing, without `:ro` or `readonly`".into()
        }
        (io::ErrorKind::ReadOnlyFilesystem, _) => {
            "mount the disk for writing, `sudo mount -o remount,rw …`, or clone the book to another one"
                .into()
        }
        (io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded, _) => "free some room there".into(),
        _ => owner(place),
    }
}

fn owner(place: Place) -> String {
    let contained = match place {
        Place::Container => ", or `docker run --user \"$(id -u):$(id -g)\" …`",
        _ => "",
    };
    format!("give the book's folder to this user: `sudo chown -R \"$(id -u):$(id -g)\" .`{contained}")
}

fn unwatched(error: &notify::Error, place: Place) -> Trouble {
    let (what, key, value) = match &error.kind {
        ErrorKind::MaxFilesWatch => ("watches", "max_user_watches", 524_288),
        ErrorKind::Io(error) if error.raw_os_error() == Some(nix::libc::EMFILE) => {
            ("watchers", "max_user_instances", 1024)
        }
        _ => return Trouble::new(format!("cannot be watched: {error}"), POLL),
    };
    let found = format!("there are no more {what}: other programs, such as editors, are using them all");
    let there = if place == Place::Container { " outside of the container" } else { "" };
    Trouble::new(found, format!("`sudo sysctl fs.inotify.{key}={value}`{there}, or {POLL}"))
}

/// Where another system writes the same files, this one has no events of that, and each file takes a long way.
fn of_this_system(folder: &Path, place: Place) -> Result<String, Trouble> {
    let kind = statfs::statfs(folder).map(|system| system.filesystem_type());
    let Some(name) = kind.ok().and_then(shared) else {
        return Ok(format!("{} is this system's own", folder.display()));
    };
    let found = format!("{} is of another system ({name}): builds are slow there, and", folder.display());
    let found = format!("{found} what that system saves may bring no event here");
    Err(Trouble::new(found, format!("{}, or {POLL}", elsewhere(place))))
}

/// Where the files are this system's own.
fn elsewhere(place: Place) -> &'static str {
    match place {
        Place::Wsl1 | Place::Wsl2 => "clone the book into Linux's own files: `cd ~ && git clone …`",
        Place::Container => {
            "keep the clone in a volume: in VS Code *Dev Containers: Clone Repository in Container Volume…*"
        }
        Place::Machine => "clone the book into a folder of this machine's own disk",
    }
}

fn shared(kind: FsType) -> Option<&'static str> {
    // The number is signed on some architectures and 32 bits wide; both ways the same bits are meant.
    #[allow(clippy::unnecessary_cast)]
    let number = i64::from(kind.0 as u32);
    SHARED.iter().find(|(magic, _)| *magic == number).map(|(_, name)| *name)
}
