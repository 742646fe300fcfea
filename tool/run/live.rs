//! One run, shown while it goes on.

use std::io::{self, ErrorKind, Write, stderr};
use std::ops::ControlFlow;
use std::os::fd::AsFd;

use anyhow::{Context, Result};
use records::builder::Builder;
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
    /// on as it is.
    ///
    /// # Errors
    ///
    /// Those of [`run_until`], and when it cannot be printed; the run is stopped too when nobody reads what is shown.
    pub fn run(mut self, request: Request) -> Result<Seen> {
        let mut builder = Builder::default();
        let mut trouble = Ok(());
        let mut untraced = None;
        let run = run_until(&request.detailed(), self.stop.as_fd(), |event| {
            if let What::Supervised { untraced: Some(why), .. } = &event.what {
                untraced = Some(why.clone());
            }
            trouble = match untraced {
                Some(_) => self.pass_on(event),
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

    fn pass_on(&mut self, event: &Event) -> io::Result<()> {
        let Some((out, _)) = &mut self.to else { return Ok(()) };
        match &event.what {
            What::Supervised { untraced: Some(why), .. } => {
                writeln!(
                    stderr(),
                    "no timeline, only the output: {why} (`cargo run -- doctor` says how to fix it)"
                )
            }
            What::Output { stream: Stream::Stdout, bytes } => out.write_all(bytes).and_then(|()| out.flush()),
            What::Output { stream: Stream::Stderr, bytes } => stderr().write_all(bytes),
            _ => Ok(()),
        }
    }
}
