//! What a child has from its parent, and what not.

use crate::common::program;

#[test]
fn input_is_empty_mask_environment_and_folder_are_the_parents_and_handlers_are_reset() {
    program!("inherits").env("INHERITED", "ü=1").run().prints(&[concat!(
        "Ok(Found { stdin: \"\", blocked: true, same_mask: true, caught: \"false false false\", ignored: true, ",
        "sigpipe_ignored: true, variable: Some(\"ü=1\"), folder: \"/proc/sys\" })",
    )]);
}
