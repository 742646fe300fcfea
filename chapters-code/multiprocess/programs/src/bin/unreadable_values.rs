//! Arguments and results that cannot be written as bytes, or not read back: the variation says which.

use std::path::PathBuf;

use multiprocess::{Process, Result};
use multiprocess_programs::{show, variation};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Is written as a byte and never read back.
#[derive(Debug)]
struct WriteOnly;

impl Serialize for WriteOnly {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_u8(1)
    }
}

impl<'de> Deserialize<'de> for WriteOnly {
    fn deserialize<D: Deserializer<'de>>(_: D) -> std::result::Result<WriteOnly, D::Error> {
        Err(D::Error::custom("it is written only"))
    }
}

/// Reads back a byte less than it writes.
#[derive(Debug, Deserialize)]
struct WritesTwo(#[expect(dead_code, reason = "it is read back")] u8);

impl Serialize for WritesTwo {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        (1u8, 2u8).serialize(serializer)
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u32),
    Text(String),
}

/// Panics while it is read back.
#[derive(Debug, Serialize)]
struct Panics;

impl<'de> Deserialize<'de> for Panics {
    fn deserialize<D: Deserializer<'de>>(_: D) -> std::result::Result<Panics, D::Error> {
        panic!("while it is read")
    }
}

fn not_utf8() -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(vec![0xff]).into()
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    match variation().as_str() {
        "argument never read" => show(Process::new(|_: WriteOnly| (), (WriteOnly,)).start()?.join()),
        "argument untagged" => show(Process::new(|_: Untagged| (), (Untagged::Number(1),)).start()?.join()),
        "argument with bytes left over" => {
            show(Process::new(|_: WritesTwo| (), (WritesTwo(1),)).start()?.join())
        }
        "argument panics" => show(Process::new(|_: Panics| (), (Panics,)).start()?.join()),
        "argument not written" => show(Process::new(|_: PathBuf| (), (not_utf8(),)).start().map(drop)),
        "result not written" => show(Process::new(not_utf8, ()).start()?.join()),
        "result never read" => show(Process::new(|| WriteOnly, ()).start()?.join()),
        "result untagged" => show(Process::new(|| Untagged::Text("x".to_owned()), ()).start()?.join()),
        other => panic!("no variation {other:?}"),
    }
    Ok(())
}
