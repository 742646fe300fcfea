//! What is known of one run, between the thread that runs it and the socket that tells of it.
//!
//! Nothing queues up here. The thread notes what happens, and the socket, as often as its page takes something in, tells how
//! things stand. So a page that is slow sees fewer pictures, and holds up neither the run nor the server.

use std::sync::{Mutex, MutexGuard, PoisonError};

use supervisor::Event;
use supervisor::builder::Builder;
use supervisor::timeline;
use tokio::sync::watch;

use crate::live::news::News;
use crate::live::paths::Paths;
use crate::live::scene::Scene;

/// Of more events no figure is drawn, and nothing is kept: what happens later is only counted.
pub(crate) const MOST_EVENTS: usize = 400;

/// One run.
pub(crate) struct Stage {
    known: Mutex<Known>,
    changed: watch::Sender<()>,
    paths: Paths,
}

struct Known {
    act: Act,
    builder: Builder,
    /// How many events there were.
    events: usize,
    steered: bool,
}

/// How far it has come.
enum Act {
    Building(String),
    Running,
    Over(News),
}

impl Stage {
    /// A run that is about to begin.
    pub(crate) fn new(paths: Paths) -> Stage {
        let known = Known {
            act: Act::Building(String::new()),
            builder: Builder::default(),
            events: 0,
            steered: false,
        };
        Stage { known: Mutex::new(known), changed: watch::Sender::new(()), paths }
    }

    /// Tells when there is something new.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// What is being done to build the listing.
    pub(crate) fn is_built_by(&self, step: String) {
        self.known().act = Act::Building(step);
        self.changed.send_replace(());
    }

    /// It runs from here on.
    pub(crate) fn begins(&self) {
        self.known().act = Act::Running;
        self.changed.send_replace(());
    }

    /// Takes in what the supervisor says.
    pub(crate) fn take(&self, event: &Event) {
        let mut known = self.known();
        if known.events >= MOST_EVENTS {
            known.events += 1;
            return;
        }
        let new = known.builder.take(event).len();
        known.events += new;
        drop(known);
        if new > 0 {
            self.changed.send_replace(());
        }
    }

    /// It is over, and these are the last news of it.
    pub(crate) fn ends(&self, news: News) {
        self.known().act = Act::Over(news);
        self.changed.send_replace(());
    }

    /// The pid of a process of the timeline, for a signal to it: a run that gets one is not what its listing promises.
    pub(crate) fn target(&self, process: usize) -> Option<u32> {
        let mut known = self.known();
        let pid = known.builder.pid(process).filter(|_| matches!(known.act, Act::Running))?;
        known.steered = true;
        Some(pid)
    }

    /// Whether the reader has sent a signal.
    pub(crate) fn was_steered(&self) -> bool {
        self.known().steered
    }

    /// The timeline as far as it is known, without the reader's folders, and the number of all events.
    pub(crate) fn so_far(&self) -> (timeline::Run, usize) {
        let known = self.known();
        let (run, events) = (known.builder.so_far(), known.events);
        drop(known);
        (self.paths.hide_in(run), events)
    }

    /// How things stand.
    pub(crate) fn news(&self) -> News {
        match &self.known().act {
            Act::Building(step) => return News::Building(step.clone()),
            Act::Over(news) => return news.clone(),
            Act::Running => {}
        }
        let (run, events) = self.so_far();
        News::Running(Scene::of(&run, events))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // What a thread that panicked has noted is right as far as it goes.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
