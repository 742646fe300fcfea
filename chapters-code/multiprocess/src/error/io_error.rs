//! An error of the operating system as a value that can travel.

use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

/// An [`io::Error`] that can be an argument or a result. serde cannot write an `io::Error` itself.
///
/// `?` makes one of an `io::Error`, so a target can return `Result<T, IoError>`. It keeps the kind, the number of the operating
/// system if there is one, and the text. It does not keep an error that the `io::Error` was made of. `io::Error::from` turns it
/// back.
///
/// ```
/// use std::io;
/// use std::path::PathBuf;
///
/// use multiprocess::{IoError, Process};
///
/// fn size(path: PathBuf) -> Result<u64, IoError> {
///     Ok(std::fs::metadata(path)?.len())
/// }
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     multiprocess::init();
///     let error = Process::new(size, ("/missing".into(),)).start()?.join()?.expect_err("there is no such file");
///     assert_eq!(error.kind(), io::ErrorKind::NotFound);
///     assert_eq!(error.to_string(), "No such file or directory (os error 2)");
///     assert_eq!(io::Error::from(error).raw_os_error(), Some(2));
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IoError {
    number: Option<i32>,
    kind: Kind,
    text: String,
}

/// A kind: one that no number of the operating system has, or the first number that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    InvalidData,
    UnexpectedEof,
    WriteZero,
    Other,
    Of(i32),
}

/// More than any number that Linux has for an error.
const NUMBERS: i32 = 256;

impl IoError {
    /// Its kind.
    pub fn kind(&self) -> io::ErrorKind {
        match self.kind {
            Kind::InvalidData => io::ErrorKind::InvalidData,
            Kind::UnexpectedEof => io::ErrorKind::UnexpectedEof,
            Kind::WriteZero => io::ErrorKind::WriteZero,
            Kind::Other => io::ErrorKind::Other,
            Kind::Of(number) => io::Error::from_raw_os_error(number).kind(),
        }
    }

    /// The number that the operating system gave, if the error is one of its own.
    pub fn raw_os_error(&self) -> Option<i32> {
        self.number
    }
}

impl From<io::Error> for IoError {
    fn from(error: io::Error) -> IoError {
        let has_kind = |&number: &i32| io::Error::from_raw_os_error(number).kind() == error.kind();
        let kind = match error.kind() {
            io::ErrorKind::InvalidData => Kind::InvalidData,
            io::ErrorKind::UnexpectedEof => Kind::UnexpectedEof,
            io::ErrorKind::WriteZero => Kind::WriteZero,
            _ => error.raw_os_error().or_else(|| (1..NUMBERS).find(has_kind)).map_or(Kind::Other, Kind::Of),
        };
        IoError { number: error.raw_os_error(), kind, text: error.to_string() }
    }
}

impl From<IoError> for io::Error {
    fn from(error: IoError) -> io::Error {
        match error.number {
            Some(number) => io::Error::from_raw_os_error(number),
            None => io::Error::new(error.kind(), error.text),
        }
    }
}

impl fmt::Display for IoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for IoError {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn there_and_back(error: io::Error) -> io::Error {
        let bytes = postcard::to_stdvec(&IoError::from(error)).expect("it can be written");
        postcard::from_bytes::<IoError>(&bytes).expect("it can be read").into()
    }

    #[test]
    fn an_error_of_the_system_comes_back_whole() {
        for number in 1..NUMBERS {
            let back = there_and_back(io::Error::from_raw_os_error(number));
            assert_eq!(back.raw_os_error(), Some(number));
        }
    }

    #[test]
    fn every_kind_comes_back_with_its_text() {
        use io::ErrorKind::{InvalidData, Other, UnexpectedEof, WriteZero};
        let of_the_system = (1..NUMBERS).map(|number| io::Error::from_raw_os_error(number).kind());
        let kinds: BTreeSet<_> =
            of_the_system.chain([InvalidData, Other, UnexpectedEof, WriteZero]).collect();
        assert!(kinds.len() > 30, "{kinds:?}");
        for kind in kinds {
            for error in [io::Error::new(kind, "text"), kind.into()] {
                let text = error.to_string();
                let back = there_and_back(error);
                assert_eq!((back.kind(), back.to_string(), back.raw_os_error()), (kind, text, None));
            }
        }
    }
}
