//! One headless Chromium for all tests, gone when they are.

use std::io::{BufRead, BufReader, Write, stderr};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{self, RecvTimeoutError};

use crate::cdp::DEADLINE;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Runs the browser, and ends it when its own standard input ends, which is when the tests' process is gone, whichever way
/// it went: statics are not dropped, and a SIGKILL runs no handler. `setsid` makes the browser and its helpers a process
/// group that one `kill` reaches; the helpers may write a last file, so removing the folder is tried again.
const GUARD: &str = r#"
setsid "$@" </dev/null >/dev/null &
browser=$!
cat >/dev/null
kill -s KILL -- "-$browser" 2>/dev/null
wait
for pause in 0 0.1 0.3 1; do sleep "$pause"; rm -rf -- "$FOLDER" 2>/dev/null && break; done
"#;

/// The browser that all tests share, each in pages of its own.
pub(crate) struct Chromium {
    /// Where it listens for the DevTools protocol: `127.0.0.1:port`.
    pub(crate) address: String,
    /// The path there.
    pub(crate) path: String,
    /// Removed together with the browser.
    pub(crate) folder: PathBuf,
    /// It reads its standard input, held here, until the tests end.
    _guard: Child,
}

/// The browser, started by whoever asks first. `None` where there is none, once that has been said.
///
/// # Panics
///
/// When Chromium does not start, and with `CI=true` when there is none.
pub(crate) fn shared() -> Option<&'static Chromium> {
    static SHARED: OnceLock<Option<Chromium>> = OnceLock::new();
    SHARED
        .get_or_init(|| {
            let program = program();
            if program.is_none() {
                // Not `eprintln!`, which the test harness keeps to itself while a test passes.
                let _ = writeln!(
                    stderr(),
                    "\nbrowser tests DID NOT RUN: none of {NAMES:?} is installed \
                     (set BROWSER_FOR_TESTS to another Chromium's path)"
                );
            }
            program.map(start)
        })
        .as_ref()
        .or_else(|| {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "with CI=true a browser must be there");
            None
        })
}

fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("BROWSER_FOR_TESTS") {
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    NAMES.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file()))
}

fn start(program: PathBuf) -> Chromium {
    let folder = tempfile::Builder::new().prefix("book-browser-").tempdir().expect("a folder").keep();
    let mut browser = Command::new(program);
    browser
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--disable-breakpad", "--disable-dev-shm-usage", "--hide-scrollbars"])
        // What makes the next page come sooner: a process in reserve for each tab, and pages kept to go back to.
        .arg("--disable-features=SpareRendererForSitePerProcess,BackForwardCache")
        // Pages of other tests stay awake in the background.
        .args(["--disable-renderer-backgrounding", "--disable-background-timer-throttling"])
        .arg("--remote-debugging-port=0")
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg("about:blank");
    let mut guard = guarded(&browser, &folder);
    let (url, _) = says(&mut guard, "DevTools listening on ws://");
    let (address, path) = url.split_once('/').expect("an address and a path");
    Chromium { address: address.to_owned(), path: format!("/{path}"), folder, _guard: guard }
}

/// Starts a program under the guard, which ends it, and removes the folder if there is one, when its standard input is closed.
pub(crate) fn guarded(program: &Command, folder: &Path) -> Child {
    Command::new("sh")
        .args(["-c", GUARD, "guard"])
        .arg(program.get_program())
        .args(program.get_args())
        .env("FOLDER", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // Ctrl-C at the terminal must not end the guard before it has done its work.
        .process_group(0)
        .spawn()
        .expect("sh starts")
}

/// What follows `words` on the line of the program's stderr that has them, and a channel that is disconnected when the last
/// process that could write there has ended.
pub(crate) fn says(guard: &mut Child, words: &'static str) -> (String, mpsc::Receiver<String>) {
    let output = BufReader::new(guard.stderr.take().expect("piped"));
    let (tell, told) = mpsc::channel();
    // The reader lives as long as the program, which would otherwise block on a full pipe.
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if let Some((_, rest)) = line.split_once(words) {
                let _ = tell.send(rest.trim().to_owned());
            }
        }
    });
    let said = told.recv_timeout(DEADLINE);
    (said.unwrap_or_else(|_| panic!("waited {DEADLINE:?} for a program to say {words:?}")), told)
}

#[test]
fn nothing_is_left_when_the_tests_are_gone() {
    let folder = tempfile::tempdir().expect("a folder").keep();
    let mut program = Command::new("sh");
    // One helper in the group, as Chromium has many.
    program.args(["-c", "sleep 1000 & echo helper $! >&2; wait"]);
    let mut guard = guarded(&program, &folder);
    let (helper, ended) = says(&mut guard, "helper ");
    assert!(Path::new("/proc").join(&helper).exists() && folder.exists());

    // The end of the tests' process, however it comes, closes this pipe.
    drop(guard.stdin.take());
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || tell.send(guard.wait()));
    told.recv_timeout(DEADLINE).expect("the guard ends").expect("it is waited for");
    assert!(!folder.exists(), "{} is left", folder.display());
    assert_eq!(
        ended.recv_timeout(DEADLINE),
        Err(RecvTimeoutError::Disconnected),
        "the helper {helper} is left"
    );
}
