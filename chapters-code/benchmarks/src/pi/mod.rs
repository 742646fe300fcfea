//! Pi from its series: on one thread, over processes and threads, and how many terms make a second worker worth it.

mod locks;
mod means;
mod one_thread;
mod processes;
mod sizes;
mod uneven;

use std::cell::RefCell;
use std::rc::Rc;

pub(crate) use locks::GROUP as LOCKS;
pub(crate) use means::GROUP as MEANS;
pub(crate) use one_thread::GROUP as ONE_THREAD;
pub(crate) use processes::GROUP as PROCESSES;
pub(crate) use sizes::GROUP as SIZES;
pub(crate) use uneven::GROUP as UNEVEN;

use crate::helper::Helper;

/// A process that measures for many cases, one after the other.
type Shared = Rc<RefCell<Helper>>;

fn shared(helper: Helper) -> Shared {
    Rc::new(RefCell::new(helper))
}

/// Computes in threads and in processes. One with rayon's threads, which stay, could not fork.
struct Helpers {
    processes: Shared,
    rayon: Shared,
}

impl Helpers {
    fn start() -> anyhow::Result<Helpers> {
        Ok(Helpers { processes: shared(Helper::ours()?), rayon: shared(Helper::ours()?) })
    }

    fn of(&self, how: &str) -> Shared {
        Rc::clone(if how == "rayon" { &self.rayon } else { &self.processes })
    }
}
