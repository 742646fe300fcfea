//! mdBook's own warnings, shown to the author.
//!
//! mdBook reports through `tracing` and is silent without a subscriber. `tracing-subscriber` would bring filters,
//! formats and clocks; two lines of text are all that is needed here.

use std::fmt::{Debug, Write as _};
use std::io::{Write as _, stderr};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// From here on, what mdBook warns of is printed on stderr.
pub fn print_to_stderr() {
    // Fails only if somebody has set a subscriber before, and then that one speaks.
    let _ = tracing::subscriber::set_global_default(Notices);
}

struct Notices;

impl Subscriber for Notices {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN && metadata.target().starts_with("mdbook")
    }

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        let kind = if *event.metadata().level() == Level::ERROR { "error" } else { "warning" };
        let _ = writeln!(stderr(), "{kind}: {}", message.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            let _ = write!(self.0, "{value:?}");
        }
    }
}
