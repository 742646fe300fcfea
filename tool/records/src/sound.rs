//! What holds in every run, whatever the program.

use std::collections::BTreeMap;

use crate::timeline::{Event, Process, Run, What};

/// What is wrong with a run, a sentence each: no program can have done it.
pub fn problems(run: &Run) -> Vec<String> {
    let mut watch = Watch { run, states: vec![State::default(); run.processes.len()], problems: vec![] };
    if let Some(main) = watch.states.first_mut() {
        main.started = true;
    }
    for (state, process) in watch.states.iter_mut().zip(&run.processes).skip(1) {
        // Its birth was not seen.
        state.started = process.parent.is_none();
    }
    let mut last = 0;
    for event in &run.events {
        if event.at < last || event.at > run.over {
            watch.complain(event, "out of order");
        }
        last = event.at;
        watch.see(event);
    }
    for (Process { name, .. }, state) in run.processes.iter().zip(&watch.states) {
        if !state.ended {
            watch.problems.push(format!("{name} never ends"));
        }
    }
    watch.problems
}

struct Watch<'a> {
    run: &'a Run,
    states: Vec<State>,
    problems: Vec<String>,
}

/// What a process is doing.
#[derive(Clone, Debug, Default)]
struct State {
    started: bool,
    ended: bool,
    gone: bool,
    /// How many threads it has had, beside its main one.
    threads: usize,
    /// What its threads began and have not ended.
    open: BTreeMap<usize, Open>,
    /// Its threads that have ended.
    over: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Wait,
    Sleep,
}

impl Watch<'_> {
    fn complain(&mut self, event: &Event, what: &str) {
        let name = self.run.processes.get(event.process).map_or("nobody", |process| &process.name);
        self.problems.push(format!("at {}, {name}: {what}: {:?}", event.at, event.what));
    }

    fn see(&mut self, event: &Event) {
        let Some(state) = self.states.get(event.process).cloned() else {
            return self.complain(event, "no such process");
        };
        if !state.started || state.gone {
            self.complain(event, "before its birth, or after it is gone");
        }
        let afterwards = matches!(event.what, What::Orphaned | What::Reaped);
        if state.ended && !afterwards {
            self.complain(event, "after its end");
        }
        if !afterwards && (event.thread > state.threads || state.over.contains(&event.thread)) {
            // The main thread may have ended, and the process ends by another one.
            if !matches!(event.what, What::End(_)) {
                self.complain(event, "on a thread that is not there");
            }
        }
        self.happen(event);
    }

    fn happen(&mut self, event: &Event) {
        match event.what {
            What::Start { child, .. } => match self.states.get_mut(child) {
                Some(born) if !born.started && self.run.processes[child].parent == Some(event.process) => {
                    born.started = true;
                }
                _ => self.complain(event, "this child is not its own to start"),
            },
            What::Send { to: Some(to), .. } if to >= self.states.len() => {
                self.complain(event, "to no process");
            }
            What::Waited { collected } => {
                self.close(event, Open::Wait);
                match collected.map(|child| self.states.get_mut(child)) {
                    Some(Some(child)) if child.ended && !child.gone => child.gone = true,
                    Some(_) => self.complain(event, "nobody to be collected"),
                    None => {}
                }
            }
            What::Awake => self.close(event, Open::Sleep),
            What::Put { .. } | What::Got { .. } | What::EndOfFile(_) => {
                if self.states[event.process].open.remove(&event.thread) == Some(Open::Wait) {
                    self.complain(event, "while it waits");
                }
            }
            What::Woken { by } => {
                if by.process >= self.states.len() || (by.process, by.thread) == (event.process, event.thread)
                {
                    self.complain(event, "by no other thread");
                }
                self.close(event, Open::Sleep);
            }
            What::Wait { .. } => self.open(event, Open::Wait),
            What::Join(thread) if thread == event.thread || thread > self.states[event.process].threads => {
                self.complain(event, "for no other thread");
            }
            What::Sleep(_) | What::FutexWait(_) | What::Join(_) | What::EndWait { .. } => {
                self.open(event, Open::Sleep);
            }
            What::Reaped if !self.states[event.process].ended => self.complain(event, "before its end"),
            _ => self.note(event),
        }
    }

    /// What changes the process itself.
    fn note(&mut self, event: &Event) {
        let state = &mut self.states[event.process];
        match event.what {
            What::Thread(thread) | What::Task(thread) => {
                state.threads += 1;
                if thread != state.threads {
                    self.complain(event, "threads are numbered in the order of their births");
                }
            }
            What::Exec(_) => {
                state.open.clear();
                state.over.retain(|&thread| thread != 0);
            }
            What::ThreadEnd => {
                state.open.remove(&event.thread);
                state.over.push(event.thread);
            }
            What::End(_) => state.ended = true,
            What::Reaped => state.gone = true,
            _ => {}
        }
    }

    fn open(&mut self, event: &Event, kind: Open) {
        if self.states[event.process].open.insert(event.thread, kind).is_some() {
            self.complain(event, "while it waits or sleeps already");
        }
    }

    fn close(&mut self, event: &Event, kind: Open) {
        if self.states[event.process].open.remove(&event.thread) != Some(kind) {
            self.complain(event, "which it did not begin");
        }
    }
}
