//! A parent whose thread-locals and panic hook own folders, which they remove when they are dropped; the child ends as the
//! variation says, and has a thread-local, an exit handler and buffered output of its own. With `hook` as second argument
//! the forkserver's preload hook makes the owners, and the parent has none.

use std::cell::RefCell;
use std::fs;
use std::io::Write;
use std::panic::set_hook;
use std::path::PathBuf;
use std::process;

use multiprocess::{Process, Result, set_forkserver_preload};
use multiprocess_programs::notes::note;
use multiprocess_programs::{os, run, said, variation};

/// A folder that its owner removes.
struct Folder {
    path: PathBuf,
    owner: u32,
}

impl Folder {
    fn new(name: &str) -> Folder {
        let path = PathBuf::from(std::env::var_os("FOLDER").expect("FOLDER names a folder")).join(name);
        fs::create_dir(&path).expect("the folder can be made");
        Folder { path, owner: process::id() }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let name = self.path.file_name().expect("the folder has a name").to_string_lossy().into_owned();
        let who = if self.owner == process::id() { "its owner" } else { "a copy" };
        note(&format!("{name} is removed by {who}"));
        let _ = fs::remove_dir(&self.path);
    }
}

thread_local! {
    static OWNED: RefCell<Vec<Folder>> = const { RefCell::new(Vec::new()) };
    /// Used by the child only, and by the child's child only: one that the parent has used is
    /// the parent's.
    static CHILDS: RefCell<Vec<Folder>> = const { RefCell::new(Vec::new()) };
    static GRANDCHILDS: RefCell<Vec<Folder>> = const { RefCell::new(Vec::new()) };
}

/// The panic hook comes first, as `set_hook` drops the hook that it replaces.
fn make_owners() {
    let folder = Folder::new("the hook's");
    set_hook(Box::new(move |info| eprintln!("{info} in the owner of {}", folder.path.display())));
    OWNED.with_borrow_mut(|owned| owned.push(Folder::new("the thread's")));
}

extern "C" fn childs_handler() {
    note("the child's exit handler");
}

fn child(how: String) {
    os::at_exit(childs_handler);
    let own = if how == "is another" { &GRANDCHILDS } else { &CHILDS };
    own.with_borrow_mut(|owned| owned.push(Folder::new(&format!("the child's ({how})"))));
    os::print_in_c(c"<c>");
    print!("<rust>");
    match how.as_str() {
        "returns" | "is another" => {}
        "exits" => process::exit(3),
        "panics" => panic!("as asked"),
        // Its own child is a copy of a copy.
        "starts another" => {
            let ended = run(&Process::new(child, ("is another".to_owned(),)));
            print!("<{}>", said(ended));
        }
        other => panic!("no such end: {other}"),
    }
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    match std::env::args().nth(2) {
        Some(_) => set_forkserver_preload(make_owners)?,
        None => make_owners(),
    }
    let mut started = Process::new(child, (variation(),)).start()?;
    let joined = said(started.join());
    note("joined");
    println!("\n{joined}");
    std::io::stdout().flush().expect("the stream is open");
    Ok(())
}
