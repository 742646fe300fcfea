//! The records that tests draw: the hard cases. Those in `tests/timelines` are written by hand, to say exactly what a
//! test needs; those of the crate `records` are recorded.

use std::fs;
use std::path::Path;

use records::timeline::Timeline;

macro_rules! cases {
    ($($name:ident),*) => {
        $(
            pub(crate) fn $name() -> Timeline {
                read(&Path::new("tests/timelines").join(concat!(stringify!($name), ".json")))
            }
        )*
    };
}

cases!(greeting, tree, orphan, threads, burst, race, signal, deadline, asked);

pub(crate) fn read(path: &Path) -> Timeline {
    Timeline::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a record")
}

/// All of them, by their listings.
pub(crate) fn all() -> Vec<(String, Timeline)> {
    let mut all = vec![];
    for folder in ["tests/timelines", "tool/records/tests/timelines"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in fs::read_dir(folder).expect("the records") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let timeline = read(&path);
                all.push((timeline.listing.clone(), timeline));
            }
        }
    }
    assert!(all.len() > 20, "records are missing");
    all
}
