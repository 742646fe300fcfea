//! The command line: what can be asked, and where the book is.

use std::env;
use std::ffi::OsString;
use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use supervisor::temporary::sweep;

use crate::author;
use crate::build;
use crate::build::{notices, preprocess, stock};
use crate::doctor;
use crate::editions;
use crate::run;
use crate::serve;
use crate::terminal;
use crate::workshop;

/// Builds, serves and checks "Hello, Process World".
#[derive(Debug, Parser)]
#[command(
    name = "book",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "In the top folder of a clone, `cargo run` is `book serve` and `cargo run -- build` is `book build`.\n\
                  In the folder of a chapter's crate, Cargo looks for a program of that crate and reports that a bin target must\n\
                  be available. Use `cargo run --manifest-path ../../Cargo.toml -- build` there.\n\
                  Every command looks for book.toml here and in the folders above."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the book, serve it on this machine, and reload the page when a file changes (the default)
    #[command(after_help = "Examples:\n  cargo run\n  cargo run -- serve --port 8080 --no-open")]
    Serve(ServeArgs),
    /// Write the book as a static site, ready for any host
    #[command(after_help = "Examples:\n  cargo run -- build\n  cargo run -- build --dest-dir /tmp/site\n\n\
                            A host serves `404.html` at any address, so the page has to know where the site is. If the site\n\
                            is not at the top of its host, name its folder:\n  \
                            MDBOOK_OUTPUT__HTML__SITE_URL=/folder/ cargo run -- build --dest-dir /tmp/site")]
    Build(BuildArgs),
    /// Write the whole book as an EPUB, for e-readers
    #[command(after_help = "Examples:\n  cargo run -- epub\n  cargo run -- epub --dest-dir /tmp/site\n\n\
                            A link to what only the site has, such as a source file, needs the site's address:\n  \
                            MDBOOK_PREPROCESSOR__LISTINGS__ADDRESS=https://host/folder cargo run -- epub")]
    Epub(EditionArgs),
    /// Write a PDF for each part of the book, with Chromium
    #[command(after_help = "Examples:\n  cargo run -- pdf\n  cargo run -- pdf process-based-parallelism\n\n\
                            The PDF of a part is `pdf/PART.pdf`. A link to a page of another part needs the site's address:\n  \
                            MDBOOK_PREPROCESSOR__LISTINGS__ADDRESS=https://host/folder cargo run -- pdf")]
    Pdf(PdfArgs),
    /// Run a listing and show what its processes do, or what the compiler says of one that must not compile
    #[command(after_help = RUN_HELP)]
    Run(RunArgs),
    /// Begin a listing, with its program and its test, or begin a chapter's crate
    #[command(
        after_help = "Examples:\n  cargo run -- new daemon/says_goodbye\n  cargo run -- new daemon/says_goodbye --twin\n  cargo run -- new threads/borrowed_local --refused\n  cargo run -- new locks"
    )]
    New(NewArgs),
    /// Record what listings print and how they run
    #[command(
        after_help = "Examples:\n  cargo run -- record process-class/hello three_at_once\n  cargo run -- record\n  \
                      cargo run -- record --overhead process-class/hello"
    )]
    Record(RecordArgs),
    /// Check whether this machine can do everything that the book does, and say how to fix what is missing
    #[command(after_help = "Examples:\n  cargo run -- doctor\n  cargo run -- doctor --json\n\n\
                            The exit code is 0 unless something essential is missing.")]
    Doctor(DoctorArgs),
    /// Work through the exercises, with a check each time you save your program
    #[command(after_help = WORKSHOP_HELP)]
    Workshop(WorkshopArgs),
    /// Put listings and outputs in place for `mdbook build` (reads the book on stdin, writes it on stdout)
    #[command(
        after_help = "In book.toml:\n  [preprocessor.listings]\n  command = \"./tool/build/stock.sh preprocess\""
    )]
    Preprocess(PreprocessArgs),
    /// Copy the sources of the listings next to the pages of `mdbook build` (reads its render context on stdin)
    #[command(
        after_help = "In book.toml:\n  [output.listings]\n  command = \"./tool/build/stock.sh finish\""
    )]
    Finish,
}

#[derive(Args, Debug)]
struct ServeArgs {
    /// The port to serve on, or 0 for any free one [default: 3000, or a free one if that is taken]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Do not open the browser
    #[arg(long)]
    no_open: bool,
    /// End a run on a page after this time
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    within: Duration,
    /// Check the files every second, for folders that send no file events (network drives, some containers)
    #[arg(long)]
    poll: bool,
}

#[derive(Args, Debug)]
struct BuildArgs {
    /// Where to write the site, relative to the current folder [default: build-dir in book.toml]
    #[arg(long, value_name = "DIR")]
    dest_dir: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct EditionArgs {
    /// Where to write it, relative to the current folder [default: target/book]
    #[arg(long, value_name = "DIR")]
    dest_dir: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct PdfArgs {
    /// The parts, by their folders, such as `workshop` [default: all]
    #[arg(value_name = "PART")]
    parts: Vec<String>,
    #[command(flatten)]
    edition: EditionArgs,
}

#[derive(Args, Debug)]
struct RunArgs {
    /// The listing, such as `process-class/hello`, or `process-class/hello.py` for its Python twin
    listing: String,
    /// Run it N times, and count the orders and the ends
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    times: Option<u32>,
    /// Print the timeline as JSON, in the form of the `.json` files in `records`
    #[arg(long)]
    json: bool,
    /// End a run after this time
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    within: Duration,
    /// Arguments for the listing
    #[arg(last = true)]
    arguments: Vec<OsString>,
}

const RUN_HELP: &str = "\
Examples:
  cargo run -- run process-class/hello
  cargo run -- run three_at_once --times 1000
  cargo run -- run threads/borrowed_local

Each process has a lane, and time runs down:
  │ runs   ┊ waits for processes   · sleeps   z has ended, and is not collected yet
  ├─╮ starts a process   ├─╯ collects one   ├─▶ sends a signal
  ◆ executes a program   ○ begins to wait or sleep   ╳ ends   ● does anything else
  +36 processes have no lane of their own, because there is no room

Exit codes:
  0 every run kept the promise of its listing, or ended with exit code 0 if nothing is promised
  1 a run did not, or could not run
  130 Ctrl-C stopped it";

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| format!("`{text}` is not a number of seconds"))?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if (Duration::from_millis(1)..=LONGEST).contains(&duration) => Ok(duration),
        _ => Err(format!("`{text}` is not between 0.001 and {} seconds", LONGEST.as_secs())),
    }
}

/// A day.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Args, Debug)]
struct NewArgs {
    /// The listing, as `chapter/name`, or a new chapter, as its name alone
    id: String,
    /// Add the same program in Python
    #[arg(long)]
    twin: bool,
    /// Begin a program that must not compile
    #[arg(long, conflicts_with = "twin")]
    refused: bool,
}

#[derive(Args, Debug)]
struct RecordArgs {
    /// The listings, such as `process-class/hello` [default: all]
    listings: Vec<String>,
    /// Count orders and ends in N runs, for listings where more than one can happen
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..))]
    times: u32,
    /// Measure how much longer listings take under the tracer, and record nothing. Those that may hang are left out
    #[arg(long)]
    overhead: bool,
}

#[derive(Args, Debug)]
struct DoctorArgs {
    /// Print the answers as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
struct WorkshopArgs {
    #[command(subcommand)]
    action: Option<workshop::Action>,
    /// Check for a saved program every second, for folders that send no file events (network drives, some containers)
    #[arg(long)]
    poll: bool,
}

const WORKSHOP_HELP: &str = "\
Examples:
  cargo run -- workshop
  cargo run -- workshop start leaves_zombies
  cargo run -- workshop check

Your programs are in workshop/mine, which git ignores. Without a subcommand, the workshop checks each save, and
keys do the rest.

Exit codes of `check`:
  0 the program passes
  1 it does not pass, or does not compile, or the check could not run
  130 Ctrl-C stopped it";

#[derive(Args, Debug)]
struct PreprocessArgs {
    #[command(subcommand)]
    question: Option<Question>,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Ends with exit code 0 if pages for this renderer can be prepared
    Supports {
        /// mdBook's name of the renderer, such as `html`
        renderer: String,
    },
}

/// Runs the program: reads the command line, does what it asks, says what went wrong.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    notices::print_to_stderr();
    match answer(cli) {
        Ok(code) => code,
        Err(error) => {
            let mut err = stderr().lock();
            // With stderr gone there is nobody to tell.
            let _ = writeln!(err, "error: {error}");
            for cause in error.chain().skip(1) {
                let _ = writeln!(err, "  because: {cause}");
            }
            ExitCode::FAILURE
        }
    }
}

fn answer(cli: Cli) -> Result<ExitCode> {
    match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(ServeArgs { port, no_open, poll, within }) => {
            serve::serve(&find_root()?, &serve::Options { port, open: !no_open, poll, within })?;
        }
        Command::Build(BuildArgs { dest_dir }) => {
            let root = find_root()?;
            let dest = match dest_dir {
                Some(dir) => std::path::absolute(dir)?,
                None => build::default_dest(&root)?,
            };
            build::write_site(&root, &dest)?;
            terminal::tell(format_args!("wrote the site to {}", dest.display()));
        }
        Command::Epub(EditionArgs { dest_dir }) => {
            let root = find_root()?;
            let file = editions::folder(&root, dest_dir)?.join(build::offline::EPUB);
            editions::epub::write(&root, &file)?;
            terminal::tell(format_args!("wrote {}", file.display()));
        }
        Command::Pdf(PdfArgs { parts, edition: EditionArgs { dest_dir } }) => {
            let root = find_root()?;
            for file in editions::pdf::write(&root, &parts, &editions::folder(&root, dest_dir)?)? {
                terminal::tell(format_args!("wrote {}", file.display()));
            }
        }
        Command::New(NewArgs { id, twin, refused }) => {
            let form = match (twin, refused) {
                (_, true) => author::begin::Form::Refused,
                (true, false) => author::begin::Form::Twins,
                (false, false) => author::begin::Form::Program,
            };
            terminal::print(&author::begin::begin(&find_root()?, &id, form)?)?
        }
        Command::Record(RecordArgs { listings, overhead: true, .. }) => {
            author::overhead(&find_root()?, &listings)?;
        }
        Command::Record(RecordArgs { listings, times, .. }) => {
            author::record(&find_root()?, &listings, times)?;
        }
        Command::Run(RunArgs { listing: id, times, json, within, arguments }) => {
            return run::run(&find_root()?, &run::Options { id, times, json, within, arguments });
        }
        Command::Doctor(DoctorArgs { json }) => {
            let report = doctor::examine(&find_root()?);
            let text = if json { report.json() } else { report.text(terminal::has_colors()) };
            terminal::print(&text)?;
            return Ok(if report.is_ready() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Workshop(WorkshopArgs { action, poll }) => {
            return workshop::workshop(&find_root()?, action.as_ref(), poll);
        }
        Command::Preprocess(PreprocessArgs { question: Some(Question::Supports { renderer }) }) => {
            let supported = preprocess::supports(&renderer);
            return Ok(if supported { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Preprocess(PreprocessArgs { question: None }) => stock::preprocess()?,
        Command::Finish => stock::finish()?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder that holds `book.toml`: this one or the nearest above. What an earlier command has left there is removed.
fn find_root() -> Result<PathBuf> {
    let here = env::current_dir().context("cannot find out which folder this is")?;
    let Some(root) = here.ancestors().find(|dir| dir.join("book.toml").is_file()) else {
        bail!(
            "there is no book.toml in {} or in any folder above it: change to the book's folder and try again",
            here.display()
        );
    };
    sweep(&env::temp_dir());
    for folder in WRITTEN {
        sweep(&root.join(folder));
    }
    Ok(Path::to_path_buf(root))
}

/// The folders of the book in which commands work in passing.
const WRITTEN: [&str; 5] = ["", "workshop", "workshop/mine", "workshop/mine/.cargo", "workshop/mine/src/bin"];
