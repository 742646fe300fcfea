//! A listing that must not compile: what the compiler says of it, beside what every compiler promises.

use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::path::Path;

use anyhow::{Error, Result, bail};
use records::catalog::Listing;
use records::compiler;
use records::refusal::Refusal;
use supervisor::{End, run_until};

use crate::terminal;
use crate::terminal::ink::{self, Ink, Span};
use crate::terminal::stop::Stop;
use crate::terminal::wrap::wrap;
use crate::workspace::{cargo, program};

/// Compiles a listing, and shows what the compiler says. Gives whether that is what the book promises.
///
/// # Errors
///
/// When the compiler cannot be run, or a crate that the listing uses cannot be built.
pub fn compile(root: &Path, listing: &Listing, stop: &Stop) -> Result<bool> {
    let id = listing.id();
    for package in compiler::crates(root, listing).map_err(Error::msg)? {
        let build = cargo::request(root, &["build", "-q", "-p", &package]);
        let built = cargo::run(build, stop.as_fd(), &mut |_| ())?;
        if built.ended() != End::Exit(0) {
            bail!(
                "`{id}` uses {package}, which cannot be built:\n{}",
                String::from_utf8_lossy(&built.stderr)
            );
        }
    }
    let request = compiler::request(root, listing, &program::crates(root)).map_err(Error::msg)?;
    let run = run_until(&request, stop.as_fd(), |_| ControlFlow::Continue(()))?;
    let said = compiler::refusal(&run, listing).map_err(Error::msg)?;
    let path = root.join(listing.record());
    let recorded = path.is_file().then(|| Refusal::read(&path)).transpose()?;
    let (lines, is_good) = verdict(said.as_ref(), recorded.as_ref());
    let message = said.map(|said| String::from_utf8_lossy(&said.message).into_owned() + "\n");
    let (width, colored) = (terminal::width().unwrap_or(usize::MAX), terminal::has_colors());
    let lines = lines.into_iter().flat_map(|(ink, words)| wrap(&[Span::new(ink, words)], width, width));
    let text: String = lines.map(|line| ink::line(&line, colored) + "\n").collect();
    terminal::print(&(message.unwrap_or_default() + &text))?;
    Ok(is_good)
}

/// What is promised, and whether the compiler keeps it. Without a record, it has to refuse the listing.
fn verdict(said: Option<&Refusal>, recorded: Option<&Refusal>) -> (Vec<(Ink, String)>, bool) {
    let compiler = compiler::version();
    let Some(recorded) = recorded else {
        let word = if said.is_some() { "refuses" } else { "compiles" };
        let line = format!("{compiler} {word} it. Compared with no promise: it has no record.");
        return (vec![(Ink::Plain, line)], said.is_some());
    };
    let promise = (Ink::Plain, format!("The book promises: {}.", recorded.promise()));
    match said {
        Some(said) if said.errors == recorded.errors => {
            (vec![promise, (Ink::Good, format!("{compiler} kept the promise."))], true)
        }
        said => {
            let did = said.map_or("it compiles".to_owned(), |said| format!("it is {}", said.promise()));
            (vec![promise, (Ink::Bad, format!("{compiler} broke the promise: {did}."))], false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_keeps_the_promise_if_it_finds_the_same_errors_on_the_same_lines() {
        let refusal = |errors: &str| -> Refusal {
            let text = format!("promise: refused with {errors}\ncompiler: rustc 1.2.3\nmessage:\n");
            text.parse().expect("a record")
        };
        let recorded = refusal("E0373 at line 5");
        let last = |said: Option<Refusal>, recorded: Option<&Refusal>| {
            let (lines, is_good) = verdict(said.as_ref(), recorded);
            (lines.last().expect("a line").1.replace(compiler::version(), "rustc"), is_good)
        };
        let same = last(Some(refusal("E0373 at line 5")), Some(&recorded));
        assert_eq!(same, ("rustc kept the promise.".to_owned(), true));
        let elsewhere = last(Some(refusal("E0373 at line 6")), Some(&recorded));
        let words = "rustc broke the promise: it is refused with E0373 at line 6.";
        assert_eq!(elsewhere, (words.to_owned(), false));
        assert_eq!(last(None, Some(&recorded)), ("rustc broke the promise: it compiles.".to_owned(), false));
        assert!(!last(None, None).1 && last(Some(refusal("no code")), None).1);
        let (lines, _) = verdict(None, Some(&recorded));
        assert_eq!(lines[0].1, "The book promises: refused with E0373 at line 5.");
    }
}
