//! What a child has from its parent, and what not.

use crate::common::program;
use crate::methods::{Method, every_method};

#[test]
fn input_is_empty_mask_environment_and_folder_are_the_parents() {
    every_method(|method| {
        program!("inherits").env("INHERITED", "ü=1").run().prints(&[&format!(
        "Ok(Found {{ stdin: \"\", blocked: true, same_mask: true, caught: \"{} false false\", ignored: true, \
        sigpipe_ignored: true, variable: Some(\"ü=1\"), folder: \"/proc/sys\" }})",
        // A handler is a place in memory, which a forked child has a copy of.
        method == Method::Fork,
    )]);
    })
}
