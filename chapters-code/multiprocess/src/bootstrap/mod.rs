//! What a process does before it is the program's: find out whether it is a child, and if so do the child's work.

mod call;
mod end;
mod enter;
mod handed;
mod me;
mod newborn;
mod outcome;
mod plan;
mod report;
mod serve;
mod stand_by;
mod target;

pub(crate) use call::{find, perform};
pub(crate) use end::Birth;
pub(crate) use enter::{Surroundings, enter_forked};
pub(crate) use handed::MARK;
pub(crate) use me::{FORKSERVER, Forkserver, Handouts, Me, Parent, expect_me, me};
pub(crate) use newborn::Newborn;
pub(crate) use outcome::{Left, Outcome, left};
pub(crate) use plan::{Environment, ParentName, Plan, put};
pub use target::Target;
pub(crate) use target::describe;

use std::os::fd::{AsFd, OwnedFd};
use std::sync::Once;

use crate::error::{InitRefusal, Refusal};
use crate::sys::this;
use crate::wire::handover::{self, NoWork};
use crate::wire::message::CHILD;

use end::complain;
use enter::{refuse_work, take_up};
use handed::Handed;

/// Prepares this process to start others. In a child, runs the target and ends the process.
///
/// A spawned child is the same program, started again. Its `main` runs until it reaches `init`. In a child, `init` runs the
/// target and ends the process. In the parent it returns. So make it **the first statement of `main`**: everything before it
/// happens again in every child. It is the counterpart of Python's `if __name__ == "__main__":`.
///
/// A second call does nothing. Tests have no `main` of their own and use [`init_before_main!`](crate::init_before_main). The
/// attribute of an async runtime, such as `#[tokio::main]`, starts threads before the first statement of `main`. Give that
/// function another name, and call it after `init`:
///
/// ```
/// fn main() {
///     multiprocess::init();
///     run();
/// }
///
/// // Here is the place for #[tokio::main].
/// fn run() {}
/// ```
///
/// # Errors
///
/// `init` must be called on the main thread. On another thread it prepares nothing, and every later start fails with
/// [`StartError::InitRefused`](crate::StartError::InitRefused). A child that calls it on another thread does not run its target,
/// and joining that child fails with [`Refusal::Init`].
///
/// A program with raised rights takes up no work that it is handed; see
/// [`StartError::RaisedRights`](crate::StartError::RaisedRights).
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
    ONCE.call_once(|| match Handed::look() {
        Handed::Nothing => {
            Box::new(Me::main(on_main_thread())).become_();
            me::register_exit();
        }
        // The user who started this program may have forged the work, and would lend this program's rights to it.
        _ if this::is_secure() => complain(
            "this program does not have the same rights as the user who started it (set-user-ID, set-group-ID, capabilities, or \
             what a security module says; see AT_SECURE in getauxval(3)), so it takes up no work that it was handed",
        ),
        Handed::Child(socket) => work = Some(enter(&socket)),
        Handed::Service(socket) => serve::serve(socket),
        Handed::Lost => complain(&format!(
            "{} is set, but descriptor 3 holds no work for this process. The variable is set for child processes only: \
             if this is one, what started it has closed its descriptors or done its work already; if not, unset it.",
            handed::VARIABLE
        )),
    });
    // Outside the closure, because the target may call `init` too, where it does nothing. `live` never returns.
    if let Some((child, alive)) = work {
        child.live(alive)
    }
}
// ANCHOR_END: init

/// Whether this is the main thread, which is the one that a child's target runs on.
fn on_main_thread() -> Result<(), InitRefusal> {
    if this::is_main_thread() { Ok(()) } else { Err(InitRefusal::NotMainThread) }
}

/// A spawned child's first steps, up to knowing its work.
fn enter(socket: &OwnedFd) -> (Newborn<'static>, OwnedFd) {
    let work = match handover::take(socket.as_fd(), CHILD) {
        Ok(work) => work,
        Err(NoWork::Gone) => {
            complain("the work this process was started for has been taken up by another process already.")
        }
        Err(NoWork::Damaged(reason)) => complain(&format!("the work this process was started for: {reason}")),
        Err(NoWork::Incomplete(file, reason)) => {
            refuse_work(file, Birth::Started, Refusal::Unprepared(reason))
        }
    };
    if let Err(refusal) = on_main_thread() {
        refuse_work(work.file, Birth::Started, refusal.into());
    }
    handed::forget_variable();
    this::ignore_sigpipe();
    me::register_exit();
    take_up(work, Birth::Started, |plan| match &plan.identity {
        Some(identity) => call::expect_own_build(identity).and_then(|()| call::find(&plan.call)),
        None => Err(Refusal::ForeignExecutable),
    })
}

/// Calls [`init`] before `main`, for programs whose `main` you do not write, such as tests.
///
/// Put it once in a test file, outside of any function. Its tests can then start processes:
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
/// What a child prints goes to the terminal even when the test passes. The test harness captures only what its own process
/// prints by `print!`.
///
/// A test binary that exits waits for its children, as every program does. A child that never ends, because its test has timed
/// out, keeps `cargo test` from returning. Make such a child a [daemon](crate::Process::daemon), or let dropping its handle
/// [kill](crate::Child::kill_on_drop) it.
///
/// The linker puts a pointer to `init` among the functions that the C library calls before `main` (`.init_array`). A child
/// runs its target there, so it lacks what happens later:
///
/// - Rust sets up the main thread just before `main`. Without that, a stack overflow ends the child with SIGSEGV and without a
///   message, and [`std::thread::current`] has no name.
/// - Functions that the linker has placed later have not run. A registry that fills itself before `main`, such as those of the
///   crates `inventory` and `typetag`, may be empty in a child.
/// - The standard library does not promise to work before `main`. Starting processes, files, threads and printing do work.
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
