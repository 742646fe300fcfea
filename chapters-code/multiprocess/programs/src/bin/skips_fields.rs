//! Arguments and results of which serde skips a field, so that they read back as another value or not at all; and some
//! that are good though they are not written twice alike.

use std::collections::HashMap;

use multiprocess::{Process, Result};
use multiprocess_programs::{said, variation};
use serde::{Deserialize, Serialize};

fn is_zero(number: &u8) -> bool {
    *number == 0
}

/// What is read back is written in another way than what was written.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct WrittenOtherwise {
    #[serde(default, skip_serializing_if = "is_zero")]
    skipped: u8,
    kept: (u8, u32),
}

const WRITTEN_OTHERWISE: WrittenOtherwise = WrittenOtherwise { skipped: 0, kept: (0, 300) };

/// What is read back, 172 and 2, is written as what was written.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct WrittenAlike {
    #[serde(default, skip_serializing_if = "is_zero")]
    skipped: u8,
    kept: u32,
}

const WRITTEN_ALIKE: WrittenAlike = WrittenAlike { skipped: 0, kept: 300 };

/// Nothing is skipped: this must work.
const WHOLE: WrittenAlike = WrittenAlike { skipped: 1, kept: 300 };

fn main() -> Result<()> {
    multiprocess_programs::init();
    // Whether a child is started is what counts: the target runs with another value otherwise.
    let joined = match variation().as_str() {
        "written otherwise" => {
            let same = |found: WrittenOtherwise| found == WRITTEN_OTHERWISE;
            Process::new(same, (WRITTEN_OTHERWISE,)).start().map(|mut child| said(child.join()))
        }
        "written alike" => {
            let same = |found: WrittenAlike| found == WRITTEN_ALIKE;
            Process::new(same, (WRITTEN_ALIKE,)).start().map(|mut child| said(child.join()))
        }
        "whole" => {
            let same = |found: WrittenAlike| found == WHOLE;
            Process::new(same, (WHOLE,)).start().map(|mut child| said(child.join()))
        }
        // What is read back has its entries in another order.
        "hash map" => {
            let entries = |found: HashMap<u32, u32>| found == (0..100).zip(0..100).collect();
            let map: HashMap<u32, u32> = (0..100).zip(0..100).collect();
            Process::new(entries, (map,)).start().map(|mut child| said(child.join()))
        }
        "result" => Process::new(|| WRITTEN_ALIKE, ()).start().map(|mut child| said(child.join())),
        other => panic!("no such value: {other}"),
    };
    println!("{}", said(joined));
    Ok(())
}
