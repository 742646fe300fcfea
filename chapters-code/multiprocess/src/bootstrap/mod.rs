//! What a process does before it is the program's: find out whether it is a child, and if so do the child's work.

mod message;
mod newborn;
mod plan;
mod report;
mod role;
mod serve;
mod stand_by;
mod target;

pub(crate) use message::{Answer, Demand, LONGEST, Order, encode as encode_message};
pub(crate) use newborn::Newborn;
pub(crate) use plan::{Left, Outcome, ParentName, Pending, Plan, new_file, put_plan, put_service};
pub(crate) use role::{CHILD_MARK, Handouts, Parent, Role, expect_role, role};
pub(crate) use serve::{NAME as FORKSERVER, Service};
pub use target::Target;
pub(crate) use target::describe;

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::process::exit;
use std::sync::Once;

use crate::error::{InitRefusal, Panic, Refusal};
use crate::sys::function::Descriptor;
use crate::sys::image::Identity;
use crate::sys::{numbers, this};
use crate::wait::{self, at_exit};
use crate::wire::{self, Kind};

use plan::{NotTaken, Parcel};
use role::CHILD_VARIABLE;

/// The exit code of a child that did not run its target.
const REFUSED: i32 = 1;

/// Prepares this process for starting others; in a child, runs the target and never returns.
///
/// A child made by the spawn start method is the same program, started again. Its `main` runs until it reaches
/// `init`, which is where the two part: in the parent `init` returns, in a child it runs the target and ends the
/// process. So make it **the first statement of `main`**; whatever stands before it happens once more in every
/// child. It is the counterpart of Python's `if __name__ == "__main__":`.
///
/// A second call does nothing. Tests have no `main` of their own; they use
/// [`init_before_main!`](crate::init_before_main).
///
/// # Errors
///
/// `init` must be called on the main thread, while that is the only thread. Otherwise it changes nothing, and every
/// later start answers with [`Error::InitRefused`](crate::Error::InitRefused); in a child, which
/// then does not run its target, joining answers with [`Error::Refused`](crate::Error::Refused).
///
/// # Examples
///
/// ```
/// use multiprocess::Process;
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let doubled = Process::new(|n: u32| 2 * n, (21,)).start()?.join()?;
///     assert_eq!(doubled, 42);
///     Ok(())
/// }
/// ```
// ANCHOR: init
pub fn init() {
    static ONCE: Once = Once::new();
    let mut work = None;
    ONCE.call_once(|| match Parcel::inherit() {
        Some(Ok((Kind::Service, parcel))) => serve::serve(parcel),
        Some(Ok((_, parcel))) => work = Some(enter(parcel)),
        Some(Err(missing)) => complain(&format!("descriptor 3 holds work for this process, but {missing}.")),
        None if std::env::var_os(CHILD_VARIABLE).is_some() => complain(&format!(
            "{CHILD_VARIABLE} is set, but descriptor 3 holds no work for this process. It is set for child processes \
             only: if this is one, what started it has closed its descriptors; if not, unset it."
        )),
        None => {
            role::become_(Box::new(Role::main(alone())));
            at_exit::register();
        }
    });
    // Outside the closure, because the target may call `init` too, where it does nothing. `live` never returns.
    if let Some((child, alive)) = work {
        child.live(alive)
    }
}
// ANCHOR_END: init

/// Whether this is the main thread and the only one.
fn alone() -> Result<(), InitRefusal> {
    if !this::is_main_thread() {
        return Err(InitRefusal::NotMainThread);
    }
    this::is_alone().map_err(InitRefusal::Threads)
}

/// A spawned child's first steps, up to knowing its work.
fn enter(parcel: Parcel) -> (Newborn<'static>, OwnedFd) {
    if let Err(refusal) = alone() {
        refuse(&parcel.file, &refusal.into());
    }
    role::forget_child_variable();
    this::ignore_sigpipe();
    at_exit::register();
    take_up(parcel, |plan| match &plan.identity {
        Some(identity) => find(identity, plan.target_offset, &plan.target),
        None => Err(Refusal::ForeignExecutable),
    })
}

/// Reads what a child is to be and to do, which no other process does then.
fn take_up(
    parcel: Parcel,
    find: impl FnOnce(&Plan) -> Result<&'static Descriptor, Refusal>,
) -> (Newborn<'static>, OwnedFd) {
    let (plan, arguments) = match parcel.take_plan() {
        Ok(taken) => taken,
        Err(NotTaken::ByAnother) => {
            complain("the work this process was started for has been taken up by another process already.")
        }
        Err(error) => refuse(&parcel.file, &Refusal::PlanUnreadable(error.to_string())),
    };
    let target = find(&plan);
    (Newborn::new(&plan, arguments.into(), target, parcel.file), parcel.alive)
}

/// A forked child's first steps and its work. What it knew as a copy of its parent is forgotten first.
pub(crate) fn enter_forked(handouts: &Handouts, child: Newborn<'_>) -> ! {
    wait::forget_all();
    at_exit::register_in_forked_child();
    if let Err(error) = numbers::place(handouts.empty_input.as_fd(), 0) {
        refuse(&child.file, &Refusal::Unprepared(format!("/dev/null as its standard input: {error}")));
    }
    #[expect(
        unsafe_code,
        reason = "the copy of a pipe that is its parent's belongs to nobody else in a forked child"
    )]
    // SAFETY: the handouts belong to the parent's role, which is this process's no longer.
    let alive = unsafe { handouts.alive.seen_by_forked_child() };
    child.live(alive)
}

/// The target, in the executable that a spawned child runs.
fn find(identity: &Identity, offset: u64, target: &str) -> Result<&'static Descriptor, Refusal> {
    expect_own(identity)?;
    find_here(offset, target)
}

/// Refuses another build than this process's.
fn expect_own(identity: &Identity) -> Result<(), Refusal> {
    match identity.is_own() {
        Ok(true) => Ok(()),
        Ok(false) => Err(Refusal::ForeignExecutable),
        Err(error) => Err(Refusal::Unprepared(format!("looking at /proc/self/exe: {error}"))),
    }
}

/// The target, in an executable that is known to be the right one.
fn find_here(offset: u64, target: &str) -> Result<&'static Descriptor, Refusal> {
    Descriptor::find(offset, target)
        .ok_or_else(|| Refusal::NoSuchTarget { target: target.to_owned(), offset })
}

/// Tells the parent why the target was not run, and ends the process.
fn refuse(file: &File, refusal: &Refusal) -> ! {
    if let Err(error) = wire::write(file, Kind::Outcome, &Outcome::Refused(refusal.clone()), &[]) {
        complain(&format!("{refusal}; nor could that be reported: {error}"));
    }
    exit(REFUSED)
}

/// Tells whoever reads standard error, because there is no parent to tell, and ends the process.
fn complain(what: &str) -> ! {
    eprintln!("multiprocess: {what}");
    exit(REFUSED)
}

/// What a panic said, as far as its payload tells.
fn said(payload: &(dyn std::any::Any + Send)) -> Panic {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    Panic {
        message: text.unwrap_or("the panic carries a value that is not text").to_owned(),
        location: None,
        backtrace: None,
    }
}

/// Calls [`init`] before `main`, for programs whose `main` is not theirs to write: test binaries.
///
/// Put it once in a test file, outside any function; its tests can then start processes. The tests themselves stay
/// as they are:
///
/// ```standalone_crate
/// multiprocess::init_before_main!();
///
/// fn add(a: i32, b: i32) -> i32 { a + b }
///
/// # /*
/// #[test]
/// # */
/// fn a_process_adds() {
///     let sum = multiprocess::Process::new(add, (20, 22)).start().unwrap().join();
///     assert_eq!(sum.unwrap(), 42);
/// }
/// # fn main() { a_process_adds() }
/// ```
///
/// What a child prints goes to the terminal even when the test passes: the test harness captures what its own
/// process prints through `print!`, not what other processes write.
///
/// The linker puts a pointer to `init` among the functions that the C library calls before `main`
/// (`.init_array`). The standard library does not promise to work there, so a child that is entered this way lacks
/// what Rust sets up just before `main`: a stack overflow in its main thread ends it with SIGSEGV and without the
/// message, and [`std::thread::current`] has no name.
#[macro_export]
macro_rules! init_before_main {
    () => {
        const _: () = {
            extern "C" fn before_main() {
                $crate::init();
            }
            #[used]
            #[unsafe(link_section = ".init_array")]
            static BEFORE_MAIN: extern "C" fn() = before_main;
        };
    };
}
