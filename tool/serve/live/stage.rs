//! What is known of one run, between the thread that runs it and the socket that tells of it.
//!
//! Nothing queues up here. The thread notes what happens, and the socket, as often as its page takes something in, tells how
//! things stand. So a page that is slow sees fewer pictures, and holds up neither the run nor the server.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use records::builder::Builder;
use supervisor::{Event, What};
use tokio::sync::watch;

use crate::figure::timeline::figure::Look;
use crate::serve::live::limits::MOST_EVENTS;
use crate::serve::live::news::News;
use crate::serve::live::paths::Paths;
use crate::serve::live::scene::Scene;
use crate::serve::live::seen::Seen;

/// One run.
pub(crate) struct Stage {
    known: Mutex<Known>,
    changed: watch::Sender<()>,
    paths: Paths,
    /// How much of it is told.
    look: Look,
}

struct Known {
    act: Act,
    builder: Builder,
    /// How many events there were.
    events: usize,
    /// What was written when there were too many events to keep them. The supervisor bounds it.
    late: Vec<u8>,
    /// The processes that have ended.
    gone: BTreeSet<u32>,
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
    pub(crate) fn new(paths: Paths, look: Look) -> Stage {
        let known = Known {
            act: Act::Building(String::new()),
            builder: Builder::default(),
            events: 0,
            late: vec![],
            gone: BTreeSet::new(),
            steered: false,
        };
        Stage { known: Mutex::new(known), changed: watch::Sender::new(()), paths, look }
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
        if self.known().take(event) {
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
        let pid = known
            .builder
            .pid(process)
            .filter(|_| matches!(known.act, Act::Running) && known.lives(process))?;
        known.steered = true;
        Some(pid)
    }

    /// Whether the reader has sent a signal.
    pub(crate) fn was_steered(&self) -> bool {
        self.known().steered
    }

    /// What there is to see, without the reader's folders.
    pub(crate) fn seen(&self) -> Seen {
        let known = self.known();
        let mut run = known.builder.so_far();
        run.events.truncate(MOST_EVENTS);
        let living = (0..run.processes.len()).filter(|&process| known.lives(process)).collect();
        let is_cut = known.events >= MOST_EVENTS;
        let late = if is_cut { known.late.clone() } else { known.builder.strays() };
        let (events, mut late) = (known.events, String::from_utf8_lossy(&late).into_owned());
        drop(known);
        run = self.look.run(run);
        self.paths.hide_in(&mut run, &mut late);
        Seen { run, look: self.look, living, events, late }
    }

    /// How things stand.
    pub(crate) fn news(&self) -> News {
        match &self.known().act {
            Act::Building(step) => return News::Building(step.clone()),
            Act::Over(news) => return news.clone(),
            Act::Running => {}
        }
        News::Running(Scene::of(self.seen()))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // What a thread that panicked has noted is right as far as it goes.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Gives whether there is something new to see.
    fn take(&mut self, event: &Event) -> bool {
        if let What::Ended { pid, .. } = event.what {
            self.gone.insert(pid);
        }
        if self.events >= MOST_EVENTS {
            self.events += 1;
            if let What::Output { bytes, .. } = &event.what {
                self.late.extend(bytes);
                return true;
            }
            return matches!(event.what, What::Ended { .. });
        }
        let new = self.builder.take(event).len();
        self.events += new;
        if self.events >= MOST_EVENTS {
            self.late = self.builder.unclaimed();
        }
        new > 0
    }

    fn lives(&self, process: usize) -> bool {
        self.builder.pid(process).is_some_and(|pid| !self.gone.contains(&pid))
    }
}
