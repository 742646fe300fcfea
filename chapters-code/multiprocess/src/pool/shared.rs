//! The pool itself, as all its handles share it: who has which task, and what happens when a worker ends.
//!
//! No thread of its own looks after the workers. The threads that wait do: one of them waits for all workers, takes in what comes
//! for everyone, and wakes the others. A thread that submits tasks hands them out itself.

use std::collections::{BTreeMap, VecDeque};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::crew::{Fate, Line, Of, Worker};
use super::desk::Desks;
use super::job::{Batch, Chunk, Content, Job};
use super::worker::{First, Setup, work};
use crate::bootstrap::{Me, expect_me};
use crate::error::{CreateError, JoinError, JoinErrorKind, PoolError, TaskErrorKind};
use crate::method::{Kind, StartMethod};
use crate::process::Process;
use crate::start::chosen;
use crate::sys::ends::End;
use crate::sys::interrupt::Listener;
use crate::sys::{eventfd, poll, socket, stream, this};
use crate::wait::Attendant;
use crate::wire::carried::Descriptor;
use crate::wire::message::Call;

/// Tasks that take so long together, as far as is known, go to a worker at once.
const CHUNK: Duration = Duration::from_micros(500);

/// Tasks that take less time together are not divided among workers: to send them costs a part of that.
const SHORT: Duration = Duration::from_micros(20);

/// A worker has tasks for so long, as far as is known, beside the one that it is at.
const AHEAD: Duration = Duration::from_millis(2);

/// The most tasks that go to a worker at once, of those that take little time.
const MOST: usize = 8192;

/// The most bytes of tasks that go to a worker at once, unless one task has more.
pub(super) const BYTES: usize = 64 << 10;

/// After so much time without an answer, tasks are taken back from a worker that other workers could run.
const STALL: Duration = Duration::from_millis(2);

/// How long to wait before a worker is started again that could not be started.
const RETRY: Duration = Duration::from_millis(100);

/// How long workers that have been killed may take to end.
const KILLED: Duration = Duration::from_secs(1);

/// So many workers in a row that end before they are ready end the pool, and more in a large one.
const FAILURES: u32 = 5;

/// So many if they were killed, which other processes may do at any time.
const KILLS: u32 = 100;

/// So many workers that end at the receipt of a task make it fail.
const RECEIPTS: u32 = 3;

/// What a pool is made with.
pub(super) struct Settings {
    pub(super) workers: usize,
    pub(super) method: Option<StartMethod>,
    pub(super) initializer: Option<Initializer>,
    pub(super) renewal: Option<u64>,
    pub(super) memory: Option<u64>,
    pub(super) limit: Option<Duration>,
    pub(super) soft_limit: Option<Duration>,
    pub(super) chunk: Option<usize>,
    pub(super) ends_on_interrupt: bool,
}

pub(super) struct Initializer {
    pub(super) call: Call,
    pub(super) arguments: Vec<u8>,
    pub(super) descriptors: Vec<OwnedFd>,
}

pub(super) struct Shared {
    me: &'static Me,
    /// The process whose pool it is.
    of: u32,
    settings: Settings,
    desks: Desks,
    /// Wakes the thread that waits for the workers.
    nudge: OwnedFd,
    /// Tells of SIGINT, if the pool is to end then.
    interrupts: Option<Listener>,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    workers: Vec<Option<Worker>>,
    /// How many have ever been started.
    started: u64,
    /// Tasks that no worker has.
    queue: VecDeque<Chunk>,
    jobs: BTreeMap<u64, Job>,
    last_job: u64,
    /// How many nanoseconds a task takes, by the place of its target.
    estimates: BTreeMap<u64, u64>,
    /// A thread waits for the workers.
    driving: bool,
    /// How many threads wait for that one.
    waiting: usize,
    /// How many workers in a row have ended before they were ready.
    failures: u32,
    /// When to try again to start a worker.
    retry: Option<Instant>,
    /// Why no more tasks are taken.
    ended: Option<Arc<PoolError>>,
    /// Nor are those run that it has.
    terminated: bool,
    /// When workers are let go that have been killed for an interrupt and have not ended.
    lets_go: Option<Instant>,
}

impl State {
    fn new(workers: usize) -> State {
        State {
            workers: (0..workers).map(|_| None).collect(),
            started: 0,
            queue: VecDeque::new(),
            jobs: BTreeMap::new(),
            last_job: 0,
            estimates: BTreeMap::new(),
            driving: false,
            waiting: 0,
            failures: 0,
            retry: None,
            ended: None,
            terminated: false,
            lets_go: None,
        }
    }

    /// Takes in a result.
    fn settle(
        jobs: &mut BTreeMap<u64, Job>,
        estimates: &mut BTreeMap<u64, u64>,
        (job, place): Of,
        batch: Batch,
        each: u64,
    ) {
        if each > 0 {
            let known = estimates.entry(place).or_insert(each);
            // One time may be long because the machine was busy.
            *known = each.min(2 * *known).midpoint(*known).max(1);
        }
        if let Some(job) = jobs.get_mut(&job) {
            job.settle(batch);
        }
    }

    /// How many tasks of that target take so long, at most as many as chunks for that time can have.
    fn tasks_in(&self, time: Duration, place: u64) -> usize {
        match self.estimates.get(&place) {
            None => 1,
            Some(&each) => {
                let most = MOST * time.as_nanos().div_ceil(CHUNK.as_nanos()) as usize;
                ((time.as_nanos() as u64 / each.max(1)) as usize).clamp(1, most)
            }
        }
    }

    /// How many tasks of that target are to be in a chunk, of `left` that are left of a call: less toward its end, so that no
    /// worker has much to do while others have nothing.
    fn chunk(&self, place: u64, left: usize, workers: usize) -> usize {
        let share = (left / workers.saturating_mul(2)).max(self.tasks_in(SHORT, place));
        self.tasks_in(CHUNK, place).min(share)
    }

    fn fail(&mut self, chunk: &Chunk, kind: impl Fn() -> TaskErrorKind) {
        let Some(job) = self.jobs.get_mut(&chunk.job) else { return };
        for first in (chunk.first..).take(chunk.count) {
            job.settle(Batch { first, count: 1, pid: None, content: Content::Failed(kind()) });
        }
    }

    fn not_run(&mut self, chunk: &Chunk, reason: &Arc<PoolError>) {
        let Some(job) = self.jobs.get_mut(&chunk.job) else { return };
        let (first, count) = (chunk.first, chunk.count);
        job.settle(Batch { first, count, pid: None, content: Content::NotRun(Arc::clone(reason)) });
    }

    /// Notes that a worker has ended that was ready and has begun nothing. A task fails that has cost several workers in this way,
    /// if it is in the queue. If another worker has it, that one's end will bring it there.
    fn note_fatal(&mut self, (job, task): (u64, usize), pid: u32, kind: impl FnOnce() -> TaskErrorKind) {
        if let Some(job) = self.jobs.get_mut(&job) {
            job.note_fatal(task);
        }
        let is_fatal =
            |chunk: &Chunk| self.jobs.get(&chunk.job).is_some_and(|job| job.fatal(chunk.first) >= RECEIPTS);
        if let Some(at) = self.queue.iter().position(is_fatal) {
            self.fail_queued(at, Some(pid), kind());
        }
    }

    /// The first task fails of the chunk in that place of the queue.
    fn fail_queued(&mut self, at: usize, pid: Option<u32>, kind: TaskErrorKind) {
        let chunk = &mut self.queue[at];
        if let Some(job) = self.jobs.get_mut(&chunk.job) {
            job.settle(Batch { first: chunk.first, count: 1, pid, content: Content::Failed(kind) });
        }
        chunk.advance(1);
        if chunk.count == 0 {
            self.queue.remove(at);
        }
    }

    /// Takes tasks back from workers to which something could not be sent. The task fails that this was.
    fn look_at_refused(&mut self) {
        for at in 0..self.workers.len() {
            let Some(worker) = &mut self.workers[at] else { continue };
            let Some((part, error)) = worker.refused.take() else { continue };
            let taken = worker.take_back();
            let part = part.or(taken.first().map(|chunk| (chunk.job, chunk.first)));
            for chunk in taken.into_iter().rev() {
                self.queue.push_front(chunk);
            }
            let is_part = |chunk: &Chunk| part == Some((chunk.job, chunk.first));
            if let Some(at) = self.queue.iter().position(is_part) {
                let source = CreateError::at("a task's message", "sending it to a worker")(error);
                let source = Arc::new(PoolError::Create(source));
                self.fail_queued(at, None, TaskErrorKind::NotRun { source });
            }
        }
    }

    fn fail_queue(&mut self) {
        let Some(reason) = self.ended.clone() else { return };
        for chunk in std::mem::take(&mut self.queue) {
            self.not_run(&chunk, &reason);
        }
    }

    fn alive(&mut self) -> impl Iterator<Item = &mut Worker> {
        self.workers.iter_mut().flatten()
    }

    /// No more tasks are taken, those that wait are not run, and the workers are killed.
    fn end(&mut self, reason: PoolError) {
        self.ended.get_or_insert_with(|| Arc::new(reason));
        self.terminated = true;
        self.fail_queue();
        self.alive().for_each(Worker::kill);
    }

    /// SIGINT has come: the pool ends, also where it was closed and was to run the tasks that it has.
    fn interrupt(&mut self) {
        if !self.terminated {
            self.ended = None;
            self.end(PoolError::Interrupted);
            self.lets_go = Some(Instant::now() + KILLED);
        }
    }

    /// Whether the workers have been killed because of SIGINT.
    fn is_interrupted(&self) -> bool {
        self.ended.as_ref().is_some_and(|reason| matches!(**reason, PoolError::Interrupted))
    }

    /// Lets workers go that have been killed, and that the kernel cannot end.
    fn let_go_of_killed(&mut self) {
        let is_interrupted = self.is_interrupted();
        for mut worker in self.workers.iter_mut().filter_map(Option::take).collect::<Vec<_>>() {
            let State { jobs, estimates, .. } = &mut *self;
            let killed = |_| match is_interrupted {
                true => TaskErrorKind::Interrupted,
                false => {
                    TaskErrorKind::Ended(JoinErrorKind::Killed { signal: libc::SIGKILL, core_dumped: false })
                }
            };
            let rest = worker.wind_up(killed, &mut |of, batch, each| {
                State::settle(jobs, estimates, of, batch, each);
            });
            self.queue.extend(rest);
        }
        self.fail_queue();
    }

    /// Gives tasks to the workers that can have some.
    fn hand_out(&mut self, renewal: Option<u64>) {
        if self.queue.is_empty() || self.terminated {
            return;
        }
        let mut ready: Vec<usize> = (0..self.workers.len())
            .filter(|&at| {
                self.workers[at].as_ref().is_some_and(|worker| worker.takes() && !worker.has_to_write())
            })
            .collect();
        let mut given = Vec::new();
        let share = self.queue.len().div_ceil(2 * ready.len().max(1));
        // Chunks that follow one another go to one worker while they take little time.
        let mut current: Option<(usize, usize)> = None;
        while let Some(mut chunk) = self.queue.pop_front() {
            let together =
                self.tasks_in(CHUNK, chunk.place).min(share.max(self.tasks_in(SHORT, chunk.place)));
            let ahead = self.tasks_in(AHEAD, chunk.place);
            let load = |at: &usize| self.workers[*at].as_ref().map(|worker| worker.load);
            let at = match current {
                Some((at, count)) if count + chunk.count <= together => Some(at),
                _ => ready.iter().copied().min_by_key(load),
            };
            let Some((at, worker)) = at.and_then(|at| Some((at, self.workers[at].as_mut()?))) else {
                self.queue.push_front(chunk);
                break;
            };
            if worker.load > 0 && worker.load + chunk.count > ahead {
                self.queue.push_front(chunk);
                break;
            }
            current = match current {
                Some((same, count)) if same == at => Some((at, count + chunk.count)),
                _ => Some((at, chunk.count)),
            };
            if let Some(renewal) = renewal {
                let left = usize::try_from(renewal - worker.given()).unwrap_or(usize::MAX);
                if chunk.count > left {
                    let mut rest = chunk.clone();
                    rest.advance(left);
                    self.queue.push_front(rest);
                    chunk.count = left;
                }
                if chunk.count == left {
                    worker.retires = true;
                    ready.retain(|&other| other != at);
                    current = None;
                }
            }
            worker.give(chunk);
            if !given.contains(&at) {
                given.push(at);
            }
        }
        for at in given {
            if let Some(worker) = &mut self.workers[at] {
                worker.write();
            }
        }
        self.look_at_refused();
    }

    /// Lets workers end that have nothing to do any more.
    fn let_go(&mut self) {
        let closes = self.ended.is_some() && self.queue.is_empty();
        for worker in self.alive().filter(|worker| worker.load == 0 && (closes || worker.retires)) {
            worker.retires = true;
            socket::end(worker.line.socket());
        }
    }

    /// Whether a worker could have tasks that others have not begun. One that can be started is idle, too.
    fn takes_back(&self) -> bool {
        let is_idle =
            |worker: &Option<Worker>| worker.as_ref().is_none_or(|one| one.takes() && one.load == 0);
        self.queue.is_empty() && self.workers.iter().any(is_idle)
    }

    /// Looks after workers that have not answered for a while: takes in results that they keep, and takes tasks back for
    /// workers that have none.
    fn look_at_stalled(&mut self, now: Instant) {
        let takes_back = self.takes_back();
        let State { workers, jobs, estimates, queue, .. } = self;
        let parts = 2 * workers.len();
        for worker in workers.iter_mut().flatten().filter(|worker| worker.has_waiting()) {
            let silent = now.saturating_duration_since(worker.heard);
            if silent < STALL {
                continue;
            }
            worker.ask(&mut |of, batch, each| State::settle(jobs, estimates, of, batch, each));
            if !takes_back || !worker.has_not_begun() {
                continue;
            }
            let is_at_work = worker.is_at_work();
            for mut chunk in worker.take_back() {
                if is_at_work {
                    // Its tasks take longer than was known.
                    let known = estimates.entry(chunk.place).or_insert(0);
                    *known = (*known).max(silent.as_nanos() as u64);
                }
                let part = chunk.count.div_ceil(parts);
                while chunk.count > 0 {
                    let mut piece = chunk.clone();
                    piece.count = part.min(chunk.count);
                    chunk.advance(piece.count);
                    queue.push_back(piece);
                }
            }
        }
    }
}

impl Shared {
    pub(super) fn new(settings: Settings) -> Result<Arc<Shared>, PoolError> {
        let me = expect_me()?;
        let failed = |step| CreateError::at("a pool", step);
        let desks = Desks::new(settings.workers).map_err(failed("its memory"))?;
        let nudge = eventfd::create(0).map_err(failed("an eventfd"))?;
        let state = State::new(settings.workers);
        let of = this::pid();
        let (state, changed) = (Mutex::new(state), Condvar::new());
        let interrupts = match settings.ends_on_interrupt {
            true => Listener::new().map_err(failed("its handler of SIGINT"))?,
            false => None,
        };
        let shared = Arc::new(Shared { me, of, settings, desks, nudge, interrupts, state, changed });
        // The others are started when there are tasks for them. A program that forks may have threads by then, and could not.
        let method = shared.settings.method.unwrap_or_else(|| chosen(me));
        let at_once = if method.0 == Kind::Fork { shared.settings.workers } else { 1 };
        let mut state = shared.lock();
        for place in 0..at_once {
            match shared.start(&mut state, place) {
                Ok(worker) => state.workers[place] = Some(worker),
                Err(error) => {
                    drop(state);
                    shared.terminate();
                    return Err(error);
                }
            }
        }
        drop(state);
        Ok(shared)
    }

    /// Takes part in the exit of the program.
    pub(super) fn attend(shared: &Arc<Shared>) -> Arc<dyn Attendant> {
        let attendant: Arc<dyn Attendant> = Arc::clone(shared) as _;
        shared.me.children.add_attendant(Arc::clone(&attendant));
        attendant
    }

    pub(super) fn leave(&self, attendant: &Arc<dyn Attendant>) {
        self.ignore_interrupts();
        if self.is_ours() {
            self.me.children.remove_attendant(attendant);
        }
    }

    /// SIGINT is not this pool's business any more.
    fn ignore_interrupts(&self) {
        if let Some(interrupts) = &self.interrupts {
            interrupts.leave();
        }
    }

    /// Whether SIGINT has ended the pool, or will when a call looks for it.
    pub(super) fn is_interrupted(&self) -> bool {
        let state = self.lock();
        state.is_interrupted() || self.has_rung(&state)
    }

    /// Whether SIGINT has come and not been acted on. What rings after the end may have rung for another pool.
    fn has_rung(&self, state: &State) -> bool {
        !state.terminated && self.interrupts.as_ref().is_some_and(Listener::has_rung)
    }

    fn look_for_interrupt(&self, state: &mut State) {
        if self.has_rung(state) {
            state.interrupt();
        }
    }

    /// Ends the pool, unless SIGINT has come before.
    fn end(&self, state: &mut State, reason: PoolError) {
        match self.has_rung(state) {
            true => state.interrupt(),
            false => state.end(reason),
        }
        self.ignore_interrupts();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this process has made the pool, and is not a copy of the one that has.
    fn is_ours(&self) -> bool {
        this::pid() == self.of
    }

    pub(super) fn workers(&self) -> usize {
        self.settings.workers
    }

    pub(super) fn pids(&self) -> Vec<u32> {
        self.lock().alive().map(|worker| worker.pid()).collect()
    }

    fn start(&self, state: &mut State, place: usize) -> Result<Worker, PoolError> {
        let failed = |step| CreateError::at("a worker", step);
        let [own, workers] = stream::pair().map_err(failed("a pair of sockets"))?;
        let own = End::new(own);
        let copy = |fd: &OwnedFd| fd.try_clone().map(Descriptor::from);
        let initializer = match &self.settings.initializer {
            Some(Initializer { call, arguments, descriptors }) => Some(First {
                call: call.clone(),
                arguments: arguments.clone(),
                descriptors: descriptors
                    .iter()
                    .map(copy)
                    .collect::<Result<_, _>>()
                    .map_err(failed("a copy of a descriptor"))?,
            }),
            None => None,
        };
        let nanoseconds = |limit: Duration| u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
        let desks = self.desks.as_fd().try_clone_to_owned().map_err(failed("a copy of a descriptor"))?;
        let setup = Setup {
            socket: Descriptor::from(workers),
            desks: Descriptor::from(desks),
            place: place as u64,
            initializer,
            memory: self.settings.memory,
            is_timed: self.settings.limit.is_some() || self.settings.soft_limit.is_some(),
            soft_limit: self.settings.soft_limit.map(nanoseconds),
            survives_interrupts: self.settings.ends_on_interrupt,
        };
        let desk = self.desks.desk(place);
        desk.clear();
        let process = Process::new(work, (setup,)).name(format!("PoolWorker-{}", state.started + 1)).tied();
        let process = match self.settings.method {
            Some(method) => process.start_method(method),
            None => process,
        };
        let child = process.start()?.kill_on_drop(true);
        state.started += 1;
        let line = Arc::new(Line::new(own, child.killer()));
        Ok(Worker::new(line, child, desk))
    }

    /// Begins a call.
    pub(super) fn open(&self, ordered: bool) -> u64 {
        let mut state = self.lock();
        state.last_job += 1;
        let job = state.last_job;
        state.jobs.insert(job, Job::new(ordered));
        job
    }

    /// Gives up a call. Tasks of it that have begun are run to their ends, and the others are not run.
    pub(super) fn abandon(&self, job: u64) {
        let mut state = self.lock();
        if state.jobs.remove(&job).is_none_or(|job| job.is_settled()) {
            return;
        }
        state.queue.retain(|chunk| chunk.job != job);
        // The desks of a copy are the original's.
        if !self.is_ours() || state.terminated {
            return;
        }
        let State { workers, queue, .. } = &mut *state;
        for worker in workers.iter_mut().flatten().filter(|worker| worker.may_begin(job)) {
            // Tasks of other calls that were behind them go to a worker again.
            for chunk in worker.take_back().into_iter().rev().filter(|chunk| chunk.job != job) {
                queue.push_front(chunk);
            }
        }
        state.hand_out(self.settings.renewal);
        self.fill(&mut state, Instant::now());
        state.let_go();
        self.wake(&state);
    }

    /// How many tasks of that target go to a worker at once, of at most `left` that are left of their call.
    pub(super) fn chunk(&self, place: u64, left: usize) -> usize {
        self.settings.chunk.unwrap_or_else(|| self.lock().chunk(place, left, self.settings.workers))
    }

    /// Takes in tasks.
    pub(super) fn submit(&self, chunks: &mut Vec<Chunk>) {
        let mut state = self.lock();
        for chunk in chunks.iter() {
            if let Some(job) = state.jobs.get_mut(&chunk.job) {
                job.submitted += chunk.count;
            }
        }
        if !self.is_ours() {
            return chunks.drain(..).for_each(|chunk| self.disown(&mut state, &chunk));
        }
        self.look_for_interrupt(&mut state);
        if let Some(reason) = state.ended.clone() {
            return chunks.drain(..).for_each(|chunk| state.not_run(&chunk, &reason));
        }
        state.queue.extend(chunks.drain(..));
        state.hand_out(self.settings.renewal);
        self.fill(&mut state, Instant::now());
        self.wake(&state);
    }

    /// Takes in a task that fails at once.
    pub(super) fn refuse(&self, job: u64, first: usize, kind: TaskErrorKind) {
        let mut state = self.lock();
        if let Some(job) = state.jobs.get_mut(&job) {
            job.submitted += 1;
            job.settle(Batch { first, count: 1, pid: None, content: Content::Failed(kind) });
        }
    }

    fn disown(&self, state: &mut State, chunk: &Chunk) {
        state.fail(chunk, || TaskErrorKind::Ended(JoinErrorKind::NotOurs { starter: self.of }));
    }

    /// Tells the thread that waits for the workers that there is something new.
    fn wake(&self, state: &State) {
        if state.driving {
            let _ = eventfd::add(self.nudge.as_fd());
        }
    }

    /// How many more tasks of a call are to be submitted now, so that no worker waits for them. With `taken`, so many of its
    /// results have been taken, and the others are to be bounded.
    pub(super) fn wanted(&self, job: u64, place: u64, taken: Option<usize>) -> usize {
        self.wanted_of(&self.lock(), job, place, taken)
    }

    fn wanted_of(&self, state: &State, job: u64, place: u64, taken: Option<usize>) -> usize {
        let Some(job) = state.jobs.get(&job) else { return 0 };
        let chunk = self.settings.chunk.unwrap_or(1).max(state.tasks_in(CHUNK, place));
        let plenty = self.settings.workers.saturating_mul(chunk).saturating_mul(4);
        let running = job.submitted - job.settled;
        let wanted = plenty.saturating_sub(running);
        let wanted = match taken {
            Some(taken) => wanted.min(plenty.saturating_mul(2).saturating_sub(job.submitted - taken)),
            None => wanted,
        };
        // A few more are not worth a chunk while others are under way.
        if wanted < chunk && running > 0 { 0 } else { wanted }
    }

    /// Waits for the next results of a call, or until more of its tasks are to be submitted, if there are more.
    pub(super) fn next(&self, job: u64, place: u64, has_more: bool, taken: Option<usize>) -> Next {
        let next = |state: &mut State| {
            let Some(known) = state.jobs.get_mut(&job) else { return Some(Next::Nothing) };
            if let Some(batch) = known.take() {
                return Some(Next::Results(batch));
            }
            if known.is_settled() && !has_more {
                return Some(Next::Nothing);
            }
            if !has_more {
                return None;
            }
            let is_dry = known.is_settled();
            let wanted = self.wanted_of(state, job, place, taken);
            (is_dry || wanted > 0).then_some(Next::Submit)
        };
        self.wait(None, next).expect("without a deadline it waits until there is an answer")
    }

    /// Waits until the results of all tasks of a call have come, and says whether they have.
    pub(super) fn is_settled_by(&self, job: u64, deadline: Option<Instant>) -> bool {
        let settled = |state: &mut State| state.jobs.get(&job).is_none_or(Job::is_settled).then_some(());
        self.wait(deadline, settled).is_some()
    }

    /// The results of a call that have come and can be handed out.
    pub(super) fn take(&self, job: u64) -> Vec<Batch> {
        let mut state = self.lock();
        let Some(job) = state.jobs.get_mut(&job) else { return Vec::new() };
        std::iter::from_fn(|| job.take()).collect()
    }

    /// Takes no more tasks.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.ended.get_or_insert_with(|| Arc::new(PoolError::Closed));
        if self.is_ours() {
            state.let_go();
            self.wake(&state);
        }
    }

    /// Waits until all workers have ended.
    pub(super) fn wait_for_end(&self, deadline: Option<Instant>) {
        if self.is_ours() {
            let is_over =
                |state: &mut State| state.queue.is_empty() && state.workers.iter().all(Option::is_none);
            self.wait(deadline, |state| is_over(state).then_some(()));
        }
    }

    /// Kills the workers, and waits a short time for their ends. Says to all that wait what has become of their tasks.
    pub(super) fn terminate(&self) {
        if !self.is_ours() {
            return;
        }
        {
            let mut state = self.lock();
            self.end(&mut state, PoolError::Closed);
            self.wake(&state);
        }
        self.wait_for_end(Some(Instant::now() + KILLED));
        let mut state = self.lock();
        state.let_go_of_killed();
        self.changed.notify_all();
    }

    /// Waits until the state is as a caller wants it, or until the deadline. Looks after all workers meanwhile.
    fn wait<T>(
        &self,
        deadline: Option<Instant>,
        mut found: impl FnMut(&mut State) -> Option<T>,
    ) -> Option<T> {
        let mut state = self.lock();
        if !self.is_ours() {
            let of_original: Vec<_> = state
                .alive()
                .flat_map(Worker::take_all)
                .collect::<Vec<_>>()
                .into_iter()
                .chain(std::mem::take(&mut state.queue))
                .collect();
            of_original.iter().for_each(|chunk| self.disown(&mut state, chunk));
            return found(&mut state);
        }
        let mut looked = false;
        loop {
            self.look_for_interrupt(&mut state);
            let is_over = deadline.is_some_and(|deadline| deadline <= Instant::now());
            let answer = found(&mut state);
            if answer.is_some() || (looked && is_over) {
                if state.waiting > 0 && !state.driving {
                    // Another one has to wait for the workers now.
                    self.changed.notify_all();
                }
                return answer;
            }
            if state.driving {
                if is_over {
                    return None;
                }
                state.waiting += 1;
                state = match deadline {
                    None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                    Some(deadline) => {
                        let left = deadline.saturating_duration_since(Instant::now());
                        let waited = self.changed.wait_timeout(state, left);
                        waited.unwrap_or_else(PoisonError::into_inner).0
                    }
                };
                state.waiting -= 1;
                continue;
            }
            state.driving = true;
            let until = [deadline, self.wakes_at(&mut state)].into_iter().flatten().min();
            let lines: Vec<_> = state
                .workers
                .iter()
                .enumerate()
                .filter_map(|(at, worker)| {
                    let worker = worker.as_ref()?;
                    Some((at, Arc::clone(&worker.line), worker.has_to_write(), worker.hung_up))
                })
                // Those that have been killed are collected one after the other, so that each end of a pool is the same.
                .take(if state.terminated { 1 } else { usize::MAX })
                .collect();
            let listens = !state.terminated;
            drop(state);
            let mut fds = vec![(self.nudge.as_fd(), false)];
            for (_, line, writes, hung_up) in &lines {
                fds.push((line.process.as_fd(), false));
                // What has hung up is ready all the time.
                fds.push(if *hung_up { (self.nudge.as_fd(), false) } else { (line.socket(), *writes) });
            }
            // Once it has rung, it is ready all the time. If it has rung since the lock was released, nothing else ends the wait.
            if let Some(interrupts) = self.interrupts.as_ref().filter(|_| listens) {
                fds.push((interrupts.counter(), false));
            }
            // It fails where there are more of them than the program may have descriptors by now (poll(2), EINVAL). Then each is
            // looked at by itself, after a while.
            let ready = poll::poll_each(&fds, until).unwrap_or_else(|_| {
                poll::pause(STALL);
                let is_ready = |fd| poll::poll_each(&[fd], Some(Instant::now())).is_ok_and(|ready| ready[0]);
                fds.iter().copied().map(is_ready).collect()
            });
            state = self.lock();
            state.driving = false;
            looked = true;
            if ready[0] {
                let _ = eventfd::take(self.nudge.as_fd());
            }
            if let Some(interrupts) = &self.interrupts {
                interrupts.settle();
                self.look_for_interrupt(&mut state);
            }
            let ready: Vec<_> = lines
                .iter()
                .zip(ready[1..].chunks(2))
                .map(|((at, line, ..), ready)| (*at, Arc::clone(line), ready[0], ready[1]))
                .collect();
            self.take_in(&mut state, &ready);
            if state.waiting > 0 {
                self.changed.notify_all();
            }
        }
    }

    /// When to look again, though nothing has come.
    fn wakes_at(&self, state: &mut State) -> Option<Instant> {
        let now = Instant::now();
        let mut wakes = state.retry.into_iter().chain(state.lets_go).min();
        let mut sooner = |at: Option<Instant>| wakes = wakes.into_iter().chain(at).min();
        let takes_back = state.takes_back();
        for worker in state.workers.iter().flatten() {
            // One that has been asked sends its results when it has more. Then there is a reason to look again only if another
            // worker can have its tasks. When one has nothing left to do, its last result tells.
            if (worker.has_waiting() && !worker.asked) || (takes_back && worker.has_not_begun()) {
                sooner(Some(now + STALL));
            }
            if let Some(limit) = self.settings.limit
                && worker.load > 0
                && !worker.killed
            {
                let clock = this::nanoseconds();
                let since = worker.task_since().map_or(clock, |began| began.min(clock));
                sooner(now.checked_add(limit.saturating_sub(Duration::from_nanos(clock - since))));
            }
        }
        wakes
    }

    /// Takes in what has come from the workers, and does what follows from it.
    fn take_in(&self, state: &mut State, ready: &[(usize, Arc<Line>, bool, bool)]) {
        for (at, line, has_ended, has_come) in ready {
            let State { workers, jobs, estimates, failures, .. } = &mut *state;
            let Some(worker) = workers[*at].as_mut().filter(|worker| Arc::ptr_eq(&worker.line, line)) else {
                continue;
            };
            if *has_come {
                worker.read(&mut |of, batch, each| {
                    *failures = 0;
                    State::settle(jobs, estimates, of, batch, each);
                });
                worker.write();
                if worker.hung_up && !worker.retires && !worker.killed && !worker.is_at_work() {
                    // It is of no use, if it has not ended. How one has ended that has is not changed by this.
                    let _ = worker.line.process.kill();
                }
            }
            if *has_ended {
                self.bury(state, *at);
            }
        }
        let now = Instant::now();
        if state.lets_go.is_some_and(|when| when <= now) {
            state.lets_go = None;
            state.let_go_of_killed();
        }
        self.end_overdue(state);
        state.look_at_refused();
        state.look_at_stalled(now);
        state.hand_out(self.settings.renewal);
        self.fill(state, now);
        state.let_go();
    }

    /// Kills workers whose task has run out of its time.
    fn end_overdue(&self, state: &mut State) {
        let Some(limit) = self.settings.limit else { return };
        let State { workers, jobs, estimates, .. } = state;
        for worker in workers.iter_mut().flatten().filter(|worker| worker.load > 0 && !worker.killed) {
            let Some(since) = worker.task_since() else { continue };
            if u128::from(this::nanoseconds().saturating_sub(since)) < limit.as_nanos() {
                continue;
            }
            // What is not kept any more has been sent. Without it, an earlier task would seem to be the one that is late.
            let mut settle = |of, batch, each| State::settle(jobs, estimates, of, batch, each);
            worker.read(&mut settle);
            worker.take_kept(&mut settle);
            // It may have gone on to another task meanwhile.
            if worker.task_since() == Some(since) {
                worker.timed_out = worker.first();
                worker.kill();
            }
        }
    }

    /// Takes care of what a worker leaves that has ended.
    fn bury(&self, state: &mut State, at: usize) {
        let state_is_interrupted = state.is_interrupted();
        let State { workers, jobs, estimates, .. } = &mut *state;
        let Some(worker) = &mut workers[at] else { return };
        let Fate::Ended(end) = worker.ended() else { return };
        let Some(mut worker) = workers[at].take() else { return };
        let was_ready = worker.is_ready();
        let timed_out = worker.timed_out;
        let has_closed = worker.has_closed();
        let is_interrupted = worker.killed && state_is_interrupted;
        let mut error: Option<JoinError> = end.err();
        let ending = |error: Option<JoinError>| match error.map(|error| error.kind) {
            Some(JoinErrorKind::Exited { code, returned }) => {
                JoinErrorKind::Exited { code, returned: returned || has_closed }
            }
            Some(kind) => kind,
            None => JoinErrorKind::Exited { code: 0, returned: true },
        };
        let fail = |number| match self.settings.limit {
            Some(limit) if timed_out == Some(number) => TaskErrorKind::TimedOut { limit },
            _ => match ending(error.take()) {
                JoinErrorKind::Killed { signal: libc::SIGKILL, .. } if is_interrupted => {
                    TaskErrorKind::Interrupted
                }
                kind => TaskErrorKind::Ended(kind),
            },
        };
        let rest = worker.wind_up(fail, &mut |of, batch, each| {
            State::settle(jobs, estimates, of, batch, each);
        });
        for chunk in rest.into_iter().rev() {
            state.queue.push_front(chunk);
        }
        if state.terminated {
            state.fail_queue();
        }
        if was_ready {
            state.failures = 0;
            if let Some(task) = worker.died_of().filter(|_| !worker.killed) {
                state.note_fatal(task, worker.pid(), || TaskErrorKind::Ended(ending(error)));
            }
        } else if let Some(source) = error
            && !worker.killed
            && !state.terminated
        {
            state.failures += 1;
            let is_killed = matches!(source.kind, JoinErrorKind::Killed { signal: libc::SIGKILL, .. });
            let most = if is_killed { KILLS } else { FAILURES }.max(2 * self.settings.workers as u32);
            if state.failures >= most {
                let times = state.failures;
                self.end(state, PoolError::Initializer { times, source });
            }
        }
    }

    /// Starts workers while tasks wait that no other can have now.
    fn fill(&self, state: &mut State, now: Instant) {
        if state.terminated || state.retry.is_some_and(|retry| now < retry) {
            return;
        }
        state.retry = None;
        for place in 0..state.workers.len() {
            if state.queue.is_empty() {
                return;
            }
            if state.workers[place].is_some() {
                continue;
            }
            match self.start(state, place) {
                Ok(worker) => state.workers[place] = Some(worker),
                Err(error) if state.workers.iter().all(Option::is_none) => return self.end(state, error),
                // The others go on meanwhile.
                Err(_) => {
                    state.retry = now.checked_add(RETRY);
                    return;
                }
            }
            state.hand_out(self.settings.renewal);
        }
    }
}

/// What a call can do next.
pub(super) enum Next {
    Results(Batch),
    /// Submit more tasks.
    Submit,
    /// There will be no more results.
    Nothing,
}

impl Attendant for Shared {
    fn before_children(&self) {
        self.ignore_interrupts();
        // A thread that holds the lock does not hold it long, unless it is gone.
        for _ in 0..1000 {
            match self.state.try_lock() {
                Ok(mut state) => return state.end(PoolError::Closed),
                Err(std::sync::TryLockError::Poisoned(state)) => {
                    return state.into_inner().end(PoolError::Closed);
                }
                Err(std::sync::TryLockError::WouldBlock) => poll::pause(Duration::from_millis(1)),
            }
        }
    }

    fn forget(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(each: Duration) -> State {
        let estimates = BTreeMap::from([(0, each.as_nanos() as u64)]);
        State { estimates, ..State::new(2) }
    }

    /// How a call of so many tasks is divided.
    fn chunks(each: Duration, mut left: usize, workers: usize) -> Vec<usize> {
        let state = state(each);
        let next = || {
            let chunk = state.chunk(0, left, workers).min(left);
            left -= chunk;
            Some(chunk).filter(|&chunk| chunk > 0)
        };
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn chunks_get_smaller_toward_the_end_of_a_call() {
        let each = Duration::from_micros(80);
        assert_eq!(chunks(each, 16, 2), [4, 3, 2, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(chunks(each, 40, 2)[..5], [6, 6, 6, 5, 4]);
        assert_eq!(chunks(each, 16, 1)[..3], [6, 5, 2]);
        // Of those that take no time, few more chunks are made.
        assert_eq!(chunks(Duration::from_nanos(25), 500_000, 2).len(), 70);
        assert_eq!(chunks(Duration::from_nanos(25), 800, 2), [800]);
        assert_eq!(chunks(Duration::from_millis(1), 3, 2), [1, 1, 1]);
        assert_eq!(state(each).chunk(0, usize::MAX, 100), 6, "how many are left is not known");
        assert_eq!(state(each).chunk(1, 100, 2), 1, "how long they take is not known");
    }
}
