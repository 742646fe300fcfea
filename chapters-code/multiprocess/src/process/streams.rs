//! A child's standard streams.

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::sys::numbers;

/// What a child has as its standard input, output or error.
///
/// Any file, socket or end of a pipe can be one: `Stdio::from(file)`. By default, the input is empty, and output and error are
/// the parent's. All start methods do the same. Python's `Process` has no counterpart.
///
/// ```
/// use multiprocess::{Process, Stdio};
///
/// fn shout() {
///     println!("HELLO");
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let output = Process::new(shout, ()).stdout(Stdio::piped()).start()?.join_with_output()?;
///     assert_eq!(output.stdout, b"HELLO\n");
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct Stdio(Kind);

#[derive(Debug)]
enum Kind {
    Inherit,
    Null,
    Piped,
    File(OwnedFd),
}

impl Stdio {
    /// The parent's own stream, as it is at the time of the start.
    pub const fn inherit() -> Stdio {
        Stdio(Kind::Inherit)
    }

    /// `/dev/null`. As an input it is empty. As an output it discards what is written.
    pub const fn null() -> Stdio {
        Stdio(Kind::Null)
    }

    /// A pipe. The [`Child`](crate::Child) has the other end, as its field `stdin`, `stdout` or `stderr`.
    pub const fn piped() -> Stdio {
        Stdio(Kind::Piped)
    }
}

impl<T: Into<OwnedFd>> From<T> for Stdio {
    fn from(file: T) -> Stdio {
        Stdio(Kind::File(file.into()))
    }
}

/// The parent's ends of a child's pipes.
#[derive(Debug, Default)]
pub(super) struct Ends {
    pub(super) stdin: Option<PipeWriter>,
    pub(super) stdout: Option<PipeReader>,
    pub(super) stderr: Option<PipeReader>,
}

impl Ends {
    pub(super) fn as_fds(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        let outputs = [&self.stdout, &self.stderr].into_iter().flatten().map(AsFd::as_fd);
        self.stdin.iter().map(AsFd::as_fd).chain(outputs)
    }
}

/// The child's ends, for the time of its start.
pub(super) struct Streams<'a>([Option<End<'a>>; 3]);

enum End<'a> {
    Borrowed(BorrowedFd<'a>),
    Owned(OwnedFd),
}

impl AsFd for End<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            End::Borrowed(fd) => *fd,
            End::Owned(fd) => fd.as_fd(),
        }
    }
}

impl<'a> Streams<'a> {
    /// Opens what was chosen. The second value has the parent's ends of the pipes.
    pub(super) fn open(chosen: &'a [Stdio; 3], null: &'a File) -> io::Result<(Streams<'a>, Ends)> {
        let mut ends = Ends::default();
        let [stdin, stdout, stderr] = chosen;
        let stdin = match &stdin.0 {
            Kind::Piped => {
                let (reader, writer) = io::pipe()?;
                ends.stdin = Some(away(writer)?);
                Some(End::Owned(reader.into()))
            }
            other => other.end(0, null),
        };
        let output = |chosen: &'a Stdio, number, end: &mut Option<PipeReader>| {
            Ok::<_, io::Error>(match &chosen.0 {
                Kind::Piped => {
                    let (reader, writer) = io::pipe()?;
                    *end = Some(away(reader)?);
                    Some(End::Owned(writer.into()))
                }
                other => other.end(number, null),
            })
        };
        let stdout = output(stdout, 1, &mut ends.stdout)?;
        let stderr = output(stderr, 2, &mut ends.stderr)?;
        Ok((Streams([stdin, stdout, stderr]), ends))
    }

    pub(super) fn as_fds(&self) -> [Option<BorrowedFd<'_>>; 3] {
        self.0.each_ref().map(|end| end.as_ref().map(AsFd::as_fd))
    }
}

impl Kind {
    fn end<'a>(&'a self, number: i32, null: &'a File) -> Option<End<'a>> {
        match self {
            Kind::Inherit => numbers::standard(number).map(End::Borrowed),
            Kind::Null | Kind::Piped => Some(End::Borrowed(null.as_fd())),
            Kind::File(file) => Some(End::Borrowed(file.as_fd())),
        }
    }
}

/// The same under a number that no standard stream has, should this process have closed its own.
fn away<T: Into<OwnedFd> + From<OwnedFd>>(end: T) -> io::Result<T> {
    Ok(T::from(numbers::beyond_reserved(end.into())?))
}
