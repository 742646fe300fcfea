//! The records that tests draw: the hard cases, in `tests/timelines`.

use supervisor::timeline::Timeline;

macro_rules! cases {
    ($($name:ident),*) => {
        $(
            pub(crate) fn $name() -> Timeline {
                let text = include_str!(concat!("../../tests/timelines/", stringify!($name), ".json"));
                serde_json::from_str(text).expect(stringify!($name))
            }
        )*

        /// All of them, by name.
        pub(crate) fn all() -> Vec<(&'static str, Timeline)> {
            vec![$((stringify!($name), $name())),*]
        }
    };
}

cases!(greeting, tree, orphan, threads, burst, race, panic, exit, signal, deadline);
