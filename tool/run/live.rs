//! One run, shown while it goes on.

use std::io::{self, ErrorKind, Write, stderr};
use std::ops::ControlFlow;
use std::os::fd::AsFd;

use anyhow::{Context, Result};
use records::builder::Builder;
use records::record::shown;
use records::timeline;
use supervisor::event::{Event, Stream, What};
use supervisor::{Request, Run, run_until};

use crate::run::drawing::Drawing;
use crate::terminal::stop::Stop;

/// What is left of a run when it is over.
pub struct Seen {
    /// The run.
    pub run: Run,
    /// Its timeline; or why there is none, in words.
    pub timeline: std::result::Result<timeline::Run, String>,
}

/// Shows events on `out` as they come; `None` shows nothing.
pub struct Show<'a, W> {
    /// Where to, and how.
    pub to: Option<(W, Drawing)>,
    /// What ends it.
    pub stop: &'a Stop,
}

impl<W: Write> Show<'_, W> {
    /// Runs the program to its end. Where it cannot be traced, that is said on standard error, and what it writes is passed
    /// on.
    ///
    /// # Errors
    ///
    /// Those of [`run_until`], and when it cannot be printed; the run is stopped too when nobody reads what is shown.
    pub fn run(mut self, request: Request) -> Result<Seen> {
        let mut builder = Builder::default();
        let (mut trouble, mut passed) = (Ok(()), [Passed::default(), Passed::default()]);
        let mut untraced = None;
        let run = run_until(&request.detailed(), self.stop.as_fd(), |event| {
            if let What::Supervised { untraced: Some(why), .. } = &event.what {
                untraced = Some(why.clone());
            }
            trouble = match untraced {
                Some(_) => self.pass_on(&mut passed, event),
                None => self.draw(&mut builder, event),
            };
            if trouble.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        match trouble {
            // Who reads no more has seen enough.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(error).context("cannot print"),
            _ => {}
        }
        let run = run?;
        let timeline = match untraced {
            Some(why) => Err(why),
            None => builder.finish().map_err(|unclaimed| unclaimed.to_string()),
        };
        Ok(Seen { run, timeline })
    }

    fn draw(&mut self, builder: &mut Builder, event: &Event) -> io::Result<()> {
        let events = builder.take(event);
        let Some((out, drawing)) = &mut self.to else { return Ok(()) };
        if events.is_empty() {
            return Ok(());
        }
        let processes = builder.processes();
        for event in events {
            out.write_all(drawing.lines(&event, &processes).as_bytes())?;
        }
        out.flush()
    }

    fn pass_on(&mut self, passed: &mut [Passed; 2], event: &Event) -> io::Result<()> {
        let Some((out, _)) = &mut self.to else { return Ok(()) };
        match &event.what {
            What::Supervised { untraced: Some(why), .. } => {
                writeln!(
                    stderr(),
                    "no timeline, only the output: {why} (`cargo run -- doctor` says how to fix it)"
                )
            }
            What::Output { stream: Stream::Stdout, bytes } => {
                out.write_all(passed[0].came(bytes).as_bytes()).and_then(|()| out.flush())
            }
            What::Output { stream: Stream::Stderr, bytes } => {
                stderr().write_all(passed[1].came(bytes).as_bytes())
            }
            What::Done(_) => {
                out.write_all(passed[0].rest().as_bytes())?;
                out.flush()?;
                stderr().write_all(passed[1].rest().as_bytes())
            }
            _ => Ok(()),
        }
    }
}

/// An output that is passed on as it comes, with nothing in it that controls the terminal.
#[derive(Debug, Default)]
struct Passed {
    /// The beginning of a character.
    begun: Vec<u8>,
}

impl Passed {
    /// What can be shown of it now.
    fn came(&mut self, bytes: &[u8]) -> String {
        let mut bytes = [&std::mem::take(&mut self.begun), bytes].concat();
        let last = bytes.utf8_chunks().last().map_or(&[][..], |chunk| chunk.invalid());
        if std::str::from_utf8(last).is_err_and(|error| error.error_len().is_none()) {
            self.begun = bytes.split_off(bytes.len() - last.len());
        }
        visible(&bytes)
    }

    /// The rest of it, when nothing comes any more.
    fn rest(&mut self) -> String {
        visible(&std::mem::take(&mut self.begun))
    }
}

fn visible(bytes: &[u8]) -> String {
    let newline = if bytes.ends_with(b"\n") { "\n" } else { "" };
    shown(bytes).join("\n") + newline
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_on_is_the_same_in_whatever_pieces_it_comes() {
        let output =
            "a\x1b[2Jb\rc ä€🦀\n\u{202e}\n\n  end".as_bytes().iter().copied().chain([0xff, b' ', 0xe2]);
        let output: Vec<u8> = output.collect();
        for size in 1..=output.len() {
            let mut passed = Passed::default();
            let shown: String = output.chunks(size).map(|piece| passed.came(piece)).collect();
            let whole = shown + &passed.rest();
            assert_eq!(whole, "a\\u{1b}[2Jb\\rc ä€🦀\n\\u{202e}\n\n  end\\xff \\xe2", "in pieces of {size}");
        }
    }
}
