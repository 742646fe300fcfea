//! The command line: what can be asked, and where the book is.

use std::io::{ErrorKind, Write, stderr, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};

use crate::{build, doctor, notices, preprocess, serve, stock};

/// Builds, serves and checks "Hello, Process World".
#[derive(Debug, Parser)]
#[command(
    name = "book",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "From a clone of the book, `cargo run` is `book serve` and `cargo run -- build` is `book build`.\n\
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
    #[command(after_help = "Examples:\n  cargo run -- build\n  cargo run -- build --dest-dir /tmp/site")]
    Build(BuildArgs),
    /// Look whether this machine can do all that the book does, and say how to mend what is missing
    #[command(after_help = "Examples:\n  cargo run -- doctor\n  cargo run -- doctor --json\n\n\
                            The exit code is 0 unless something is missing that is needed.")]
    Doctor(DoctorArgs),
    /// Place listings and outputs, for `mdbook build` (reads the book on stdin, writes it on stdout)
    #[command(
        after_help = "In book.toml:\n  [preprocessor.listings]\n  command = \"cargo run -q --bin book -- preprocess\""
    )]
    Preprocess(PreprocessArgs),
    /// Copy the listings' sources beside the pages of `mdbook build` (reads its render context on stdin)
    #[command(
        after_help = "In book.toml:\n  [output.listings]\n  command = \"cargo run -q --bin book -- finish\""
    )]
    Finish,
}

#[derive(Args, Debug)]
struct ServeArgs {
    /// The port to serve on; 0 takes any free one [default: 3000, or a free one if that is taken]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Do not open the browser
    #[arg(long)]
    no_open: bool,
    /// Look for changed files every second, for folders that send no file events (network drives, some containers)
    #[arg(long)]
    poll: bool,
}

#[derive(Args, Debug)]
struct BuildArgs {
    /// Where to write the site, from the current folder [default: build-dir in book.toml]
    #[arg(long, value_name = "DIR")]
    dest_dir: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct DoctorArgs {
    /// Print the answers as JSON
    #[arg(long)]
    json: bool,
}

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
    match run(cli) {
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

fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(ServeArgs { port, no_open, poll }) => {
            serve::serve(&find_root()?, &serve::Options { port, open: !no_open, poll })?;
        }
        Command::Build(BuildArgs { dest_dir }) => {
            let root = find_root()?;
            let dest = match dest_dir {
                Some(dir) => std::path::absolute(dir)?,
                None => build::default_dest(&root)?,
            };
            build::write_site(&root, &dest)?;
            writeln!(stderr(), "wrote the site to {}", dest.display())?;
        }
        Command::Doctor(DoctorArgs { json }) => {
            let report = doctor::examine(&find_root()?);
            let text = if json { report.json() } else { report.text(console::colors_enabled()) };
            print(&text)?;
            return Ok(if report.is_ready() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
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

/// Writes to stdout. A reader who has seen enough, such as `head`, is no error.
fn print(text: &str) -> Result<()> {
    match stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot print"),
        _ => Ok(()),
    }
}

/// The folder that holds `book.toml`: this one or the nearest above.
fn find_root() -> Result<PathBuf> {
    let here = std::env::current_dir().context("cannot tell which folder this is")?;
    let Some(root) = here.ancestors().find(|dir| dir.join("book.toml").is_file()) else {
        bail!(
            "there is no book.toml in {} or in any folder above it: change to the book's folder and try again",
            here.display()
        );
    };
    Ok(Path::to_path_buf(root))
}
