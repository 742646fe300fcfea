//! What SIGINT does in a process that is to be told of it, and in one that is to survive it.
//!
//! One handler serves all who listen. The first SIGINT rings their bell and puts the program's own action back, so that the second
//! one does what it would do without listeners. The handler only stores a flag, writes to a counter, and calls sigaction(2), which
//! signal-safety(7) allows.
//!
//! A process that is to survive SIGINT has the handler, too. It does not ignore the signal, because a program that it starts would
//! inherit that; execve(2) gives signals with a handler their default action. The handler holds the thread up for a moment, in which
//! the process is usually killed by the one that has been told. So it starts no program that the signal has not reached: the kernel
//! makes no copy of a process that has a signal to act on. A copy that fork(2) makes has the handler of its original.
//! There the handler sees another pid, and does what the action before it would.

use std::cell::Cell;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{checked, eventfd, this};

/// What the handler rings. It is never freed, because a handler may be using it in another thread at any time.
struct Bell {
    counter: OwnedFd,
    has_rung: AtomicBool,
}

/// The process that has the handler. Its copies have it as well, and another pid.
static OF: AtomicU32 = AtomicU32::new(0);

/// What the next SIGINT rings.
static BELL: AtomicPtr<Bell> = AtomicPtr::new(ptr::null_mut());

/// What was there before the handler, or would be there now without it. It is never freed either.
static BEFORE: AtomicPtr<libc::sigaction> = AtomicPtr::new(ptr::null_mut());

/// What is there after a handler that was to be called once.
// SAFETY: zero is a valid value of the structure. It is the default action, without flags.
static DEFAULT: libc::sigaction = unsafe { std::mem::zeroed() };

/// How many milliseconds a process that survives SIGINT stands still.
const PAUSE: libc::c_int = 1000;

/// The process in which SIGINT does nothing when no bell is there.
static SURVIVOR: AtomicU32 = AtomicU32::new(0);

/// The bells of this process, with how many listen to each.
static BELLS: Mutex<Bells> = Mutex::new(Bells { of: 0, all: Vec::new() });

struct Bells {
    of: u32,
    all: Vec<(&'static Bell, usize)>,
}

impl Bells {
    /// Those of this process. A copy has none yet.
    fn own(&mut self) -> &mut Vec<(&'static Bell, usize)> {
        if self.of != this::pid() {
            (self.of, self.all) = (this::pid(), Vec::new());
            BELL.store(ptr::null_mut(), Ordering::SeqCst);
        }
        &mut self.all
    }
}

/// Who is told of the next SIGINT.
pub(crate) struct Listener {
    bell: &'static Bell,
    /// The process that listens.
    of: u32,
    has_left: AtomicBool,
}

impl Listener {
    /// `None` if this process ignores SIGINT, as one does that a shell without job control has started in the background.
    pub(crate) fn new() -> io::Result<Option<Listener>> {
        let mut bells = BELLS.lock().unwrap_or_else(PoisonError::into_inner);
        let bells = bells.own();
        let now = current()?;
        if now.sa_sigaction == libc::SIG_IGN {
            return Ok(None);
        }
        let of = this::pid();
        let listens = |bell| Listener { bell, of, has_left: AtomicBool::new(false) };
        let next = BELL.load(Ordering::SeqCst);
        if let Some((bell, listeners)) = bells.iter_mut().find(|(bell, _)| ptr::eq(*bell, next)) {
            if now.sa_sigaction != own_address() {
                // The program has put its own handler over this one since.
                keep(&now);
                install()?;
                if BELL.load(Ordering::SeqCst).is_null() {
                    // That handler has called this one meanwhile.
                    put_back();
                }
            }
            *listeners += 1;
            return Ok(Some(listens(bell)));
        }
        let bell = match bells.iter_mut().find(|(_, listeners)| *listeners == 0) {
            Some((bell, listeners)) => {
                let _ = eventfd::take(bell.counter.as_fd());
                bell.has_rung.store(false, Ordering::SeqCst);
                *listeners = 1;
                *bell
            }
            None => {
                let counter = eventfd::create(0)?;
                let bell: &'static Bell =
                    Box::leak(Box::new(Bell { counter, has_rung: AtomicBool::new(false) }));
                bells.push((bell, 1));
                bell
            }
        };
        // The handler may be just putting the earlier action back. It looks for a bell afterwards.
        OF.store(of, Ordering::SeqCst);
        keep(&now);
        BELL.store(ptr::from_ref(bell).cast_mut(), Ordering::SeqCst);
        let listener = listens(bell);
        install()?;
        Ok(Some(listener))
    }

    /// Whether SIGINT has come.
    pub(crate) fn has_rung(&self) -> bool {
        self.bell.has_rung.load(Ordering::SeqCst)
    }

    /// Is readable once it has.
    pub(crate) fn counter(&self) -> BorrowedFd<'_> {
        self.bell.counter.as_fd()
    }

    /// Makes sure that the counter is not readable without a reason: a handler may have been late with a bell that is used again.
    pub(crate) fn settle(&self) {
        if !self.has_rung() {
            let _ = eventfd::take(self.counter());
            if self.has_rung() {
                let _ = eventfd::add(self.counter());
            }
        }
    }

    /// Listens no more. Without listeners, the action that was there before them is put back.
    pub(crate) fn leave(&self) {
        if self.of != this::pid() || self.has_left.swap(true, Ordering::SeqCst) {
            return;
        }
        let mut bells = BELLS.lock().unwrap_or_else(PoisonError::into_inner);
        let bells = bells.own();
        let Some((_, listeners)) = bells.iter_mut().find(|(bell, _)| ptr::eq(*bell, self.bell)) else {
            return;
        };
        *listeners -= 1;
        if *listeners == 0 && ptr::eq(BELL.load(Ordering::SeqCst), self.bell) {
            BELL.store(ptr::null_mut(), Ordering::SeqCst);
            put_back();
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Lets this process survive SIGINT, but neither its copies nor the programs that it starts.
pub(crate) fn survive() -> io::Result<()> {
    let now = current()?;
    if now.sa_sigaction == libc::SIG_IGN {
        return Ok(());
    }
    keep(&now);
    BELL.store(ptr::null_mut(), Ordering::SeqCst);
    SURVIVOR.store(this::pid(), Ordering::SeqCst);
    OF.store(this::pid(), Ordering::SeqCst);
    install()
}

fn survives() -> bool {
    SURVIVOR.load(Ordering::SeqCst) == this::pid()
}

fn own_address() -> usize {
    on_interrupt as extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) as usize
}

fn current() -> io::Result<libc::sigaction> {
    // SAFETY: zero is a valid value of the structure, which the call fills in.
    unsafe {
        let mut now: libc::sigaction = std::mem::zeroed();
        checked(libc::sigaction(libc::SIGINT, ptr::null(), &raw mut now))?;
        Ok(now)
    }
}

/// Keeps an action, to be put back and called later, unless it is the handler itself.
fn keep(action: &libc::sigaction) {
    if action.sa_sigaction == own_address() {
        return;
    }
    // SAFETY: what is there has never been freed, nor changed since it was published.
    let is_kept = unsafe { BEFORE.load(Ordering::SeqCst).as_ref() }
        .is_some_and(|kept| (kept.sa_sigaction, kept.sa_flags) == (action.sa_sigaction, action.sa_flags));
    if !is_kept {
        BEFORE.store(Box::leak(Box::new(*action)), Ordering::SeqCst);
    }
}

/// Makes the handler the action. It runs as a handler before it would: with the same signals blocked, on the same stack. System
/// calls go on afterwards, unless that handler wants them to fail. Without one before it, it takes a thread's alternate stack.
fn install() -> io::Result<()> {
    let before = BEFORE.load(Ordering::SeqCst);
    // SAFETY: as in `keep`; the structure is valid, and the handler does only what signal-safety(7) allows.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        let mut flags = libc::SA_RESTART | libc::SA_ONSTACK;
        if let Some(before) = before.as_ref()
            && is_function(before)
        {
            action.sa_mask = before.sa_mask;
            flags &= before.sa_flags;
        }
        action.sa_sigaction = own_address();
        action.sa_flags = flags | libc::SA_SIGINFO;
        checked(libc::sigaction(libc::SIGINT, &raw const action, ptr::null_mut()))?;
    }
    Ok(())
}

fn is_function(action: &libc::sigaction) -> bool {
    ![libc::SIG_DFL, libc::SIG_IGN].contains(&action.sa_sigaction)
}

/// Puts the action back that was there before the handler, unless another one has been put over it since. The handler calls this.
fn put_back() {
    if survives() {
        return;
    }
    // SAFETY: as in `keep`.
    let Some(before) = (unsafe { BEFORE.load(Ordering::SeqCst).as_ref() }) else { return };
    if current().is_ok_and(|now| now.sa_sigaction == own_address()) {
        // SAFETY: it is what the kernel has given us.
        unsafe { libc::sigaction(libc::SIGINT, before, ptr::null_mut()) };
    }
    if !BELL.load(Ordering::SeqCst).is_null() {
        // Another thread has begun to listen meanwhile.
        let _ = install();
    }
}

thread_local! {
    /// The handler is running in this thread. It has no destructor, so it is only a place in memory.
    static RUNS: Cell<bool> = const { Cell::new(false) };
}

extern "C" fn on_interrupt(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    if RUNS.replace(true) {
        // A handler that has been put over this one calls it, and was itself here before it.
        return;
    }
    // SAFETY: every thread has such a place.
    let errno = unsafe { *libc::__errno_location() };
    // SAFETY: what the pointers lead to is never freed.
    let (bell, before) = unsafe {
        let is_own = OF.load(Ordering::SeqCst) == this::pid();
        let bell = if is_own { BELL.swap(ptr::null_mut(), Ordering::SeqCst) } else { ptr::null_mut() };
        let before = BEFORE.load(Ordering::SeqCst).as_ref();
        if is_own && bell.is_null() && survives() {
            libc::poll(ptr::null_mut(), 0, PAUSE);
            (None, None)
        } else {
            (bell.as_ref(), before)
        }
    };
    if let Some(before) = before
        && is_function(before)
        && before.sa_flags & libc::SA_RESETHAND != 0
    {
        // It is called now, and then never again.
        let (called, default) = (ptr::from_ref(before).cast_mut(), ptr::from_ref(&DEFAULT).cast_mut());
        let _ = BEFORE.compare_exchange(called, default, Ordering::SeqCst, Ordering::SeqCst);
    }
    if let Some(bell) = bell {
        bell.has_rung.store(true, Ordering::SeqCst);
        let one = 1_u64.to_ne_bytes();
        // SAFETY: the bytes are valid for reads of their length. A counter that is full is readable already.
        unsafe { libc::write(bell.counter.as_raw_fd(), one.as_ptr().cast(), one.len()) };
        put_back();
    }
    if let Some(before) = before {
        // SAFETY: the action is one that the program has installed, and what it gets is the kernel's.
        unsafe { act_as(before, bell.is_some(), signal, info, context) };
    }
    RUNS.set(false);
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno };
}

/// Does what an action would. One that is no function would end the process, or do nothing, which is left out where a listener
/// has been told.
///
/// # Safety
/// The action must be one that the kernel would take.
unsafe fn act_as(
    action: &libc::sigaction,
    is_told: bool,
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    if action.sa_sigaction == libc::SIG_DFL {
        if !is_told {
            // SAFETY: the structure is valid. The signal is blocked now, and ends the process when this handler returns.
            unsafe {
                libc::sigaction(signal, action, ptr::null_mut());
                libc::raise(signal);
            }
        }
    } else if action.sa_sigaction != libc::SIG_IGN {
        // SAFETY: the flag says which of the two kinds of functions it is.
        unsafe {
            if action.sa_flags & libc::SA_SIGINFO != 0 {
                let function: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) =
                    std::mem::transmute(action.sa_sigaction);
                function(signal, info, context);
            } else {
                let function: extern "C" fn(libc::c_int) = std::mem::transmute(action.sa_sigaction);
                function(signal);
            }
        }
    }
}
