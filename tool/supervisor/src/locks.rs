//! Which thread waits at which futex, and which one wakes it.
//!
//! The kernel says of a call that wakes how many threads it woke, and of a call that waits that it was woken, and not by whom. Both
//! name a place in memory. So a thread that was woken was woken by a call for the same place that was under way then, or by one that
//! has woken more threads than have been seen to go on. Where such calls of two threads are left, it is not known which one it was.

use crate::{
    event::{Kind, Thing, Who},
    procfs,
    tracee::Tracee,
};

/// A futex, as the kernel tells it from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the memory of one process. A call with `FUTEX_PRIVATE_FLAG` does not find those that wait without it.
    Own { pid: u32, address: u64, private: bool },
    /// In memory that each process may have at another address.
    Shared { device: String, inode: u64, offset: u64 },
}

impl Place {
    /// The place that a call with these arguments is about.
    pub(crate) fn of(who: Who, args: [u64; 6]) -> Place {
        let address = args[0];
        let private = is_private(args);
        let mapping = if private { None } else { Tracee(who.tid).mapping(address) };
        match mapping.filter(|mapping| mapping.shared) {
            Some(mapping) => {
                let (device, inode) = mapping.file;
                Place::Shared { device, inode, offset: mapping.offset + (address - mapping.start) }
            }
            None => Place::Own { pid: who.pid, address, private },
        }
    }

    /// Whether this place is among the bytes from that one on.
    fn is_within(&self, from: &Place, length: u64) -> bool {
        match (self, from) {
            (Place::Own { pid, address, .. }, Place::Own { pid: of, address: from, .. }) if pid == of => {
                address.checked_sub(*from).is_some_and(|distance| distance < length)
            }
            (
                Place::Shared { device, inode, offset },
                Place::Shared { device: on, inode: of, offset: from },
            ) if (device, inode) == (on, of) => {
                offset.checked_sub(*from).is_some_and(|distance| distance < length)
            }
            _ => false,
        }
    }

    /// Whether a call with these arguments might be about this place. It costs nothing to ask.
    fn may_be(&self, who: Who, args: [u64; 6]) -> bool {
        match *self {
            Place::Own { pid, address, private } => {
                (pid, address, private) == (who.pid, args[0], is_private(args))
            }
            Place::Shared { .. } => !is_private(args),
        }
    }
}

fn is_private(args: [u64; 6]) -> bool {
    args[1] & libc::FUTEX_PRIVATE_FLAG as u64 != 0
}

/// What a thread waits for at a futex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Awaited {
    /// A thread that wakes it.
    Wake(Place, Thing),
    /// The end of a thread of its process. The kernel wakes it then.
    End(Who),
}

/// The futexes of a run.
#[derive(Default)]
pub(crate) struct Locks {
    /// Their places, by their numbers.
    places: Vec<Place>,
    /// What has been given a name: from where, how many bytes, and the name.
    names: Vec<(Place, u64, String)>,
    wakes: Vec<Wake>,
}

/// A call that wakes.
struct Wake {
    by: Who,
    place: Place,
    /// When it was entered.
    at: u64,
    /// How many threads it woke, once it is over.
    woke: Option<u64>,
    /// How many it was to wake.
    most: u64,
    /// How many have been seen to go on.
    seen: u64,
}

impl Locks {
    /// What a thread waits for that enters a call with these arguments.
    pub(crate) fn awaited(&mut self, who: Who, args: [u64; 6]) -> Awaited {
        let expected = (args[2] & 0xffff_ffff) as u32;
        let is_thread = |tid| procfs::process_of(tid).is_some_and(|(process, _)| process == who.pid);
        if !is_private(args) && expected != who.tid && is_thread(expected) {
            return Awaited::End(Who { pid: who.pid, tid: expected });
        }
        let place = Place::of(who, args);
        let known = self.places.iter().position(|known| *known == place);
        let number = known.unwrap_or_else(|| {
            self.places.push(place.clone());
            self.places.len() - 1
        });
        let named = self.names.iter().rfind(|(from, length, _)| place.is_within(from, *length));
        let name = named.map(|(_, _, name)| name.clone());
        Awaited::Wake(place, Thing { kind: Kind::Futex, number: number as u64, name })
    }

    /// The program gives a name to what is at these addresses.
    pub(crate) fn name(&mut self, who: Who, address: u64, length: u64, name: &str) {
        self.names.push((Place::of(who, [address, 0, 0, 0, 0, 0]), length, name.to_owned()));
    }

    /// A thread enters a call that wakes, while threads wait at these places. Gives whether it is of interest what comes out of it.
    pub(crate) fn wakes<'a>(
        &mut self,
        by: Who,
        args: [u64; 6],
        most: u64,
        at: u64,
        awaited: impl Iterator<Item = &'a Place>,
    ) -> bool {
        let mut awaited = awaited.filter(|place| place.may_be(by, args)).peekable();
        if awaited.peek().is_none() {
            return false;
        }
        let place = Place::of(by, args);
        let is_awaited = awaited.any(|other| *other == place);
        if is_awaited {
            self.wakes.push(Wake { by, place, at, woke: None, most, seen: 0 });
        }
        is_awaited
    }

    /// The call that wakes is over, with this result.
    pub(crate) fn has_woken(&mut self, by: Who, result: i64) {
        if let Some(wake) = self.wakes.iter_mut().find(|wake| wake.by == by && wake.woke.is_none()) {
            wake.woke = Some(u64::try_from(result).unwrap_or(0));
        }
        self.wakes.retain(|wake| !wake.is_done());
    }

    /// A thread that has waited at a place was woken. By which thread and when, if only one can have done it.
    pub(crate) fn waker(&mut self, place: &Place) -> Option<(Who, u64)> {
        let possible = |wake: &&mut Wake| wake.place == *place && wake.seen < wake.woke.unwrap_or(wake.most);
        let mut possible = self.wakes.iter_mut().filter(possible);
        let first = possible.next()?;
        first.seen += 1;
        let (by, at) = (first.by, first.at);
        let alone = possible.all(|other| other.by == by);
        self.wakes.retain(|wake| !wake.is_done());
        alone.then_some((by, at))
    }

    /// A thread has ended.
    pub(crate) fn forget(&mut self, tid: u32) {
        self.wakes.retain(|wake| wake.by.tid != tid || wake.woke.is_some());
    }

    /// When the first call was entered that has woken a thread which has not been seen to go on yet. Those that began before this
    /// time are not waited for any longer.
    pub(crate) fn undecided(&mut self, since: u64) -> Option<u64> {
        self.wakes.retain(|wake| wake.at >= since || wake.woke.is_none());
        self.wakes.iter().map(|wake| wake.at).filter(|&at| at >= since).min()
    }
}

impl Wake {
    fn is_done(&self) -> bool {
        self.woke.is_some_and(|woke| self.seen >= woke)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Who = Who { pid: 7, tid: 7 };
    const B: Who = Who { pid: 7, tid: 8 };
    const ARGS: [u64; 6] = [0x1000, libc::FUTEX_PRIVATE_FLAG as u64, 1, 0, 0, 0];

    fn place() -> Place {
        Place::Own { pid: 7, address: 0x1000, private: true }
    }

    fn begin(locks: &mut Locks, by: Who, most: u64, at: u64) {
        assert!(locks.wakes(by, ARGS, most, at, [place()].iter()));
    }

    #[test]
    fn who_is_woken_is_woken_by_the_only_call_that_can_have_done_it() {
        let mut locks = Locks::default();
        begin(&mut locks, A, 1, 5);
        assert_eq!(locks.waker(&place()), Some((A, 5)), "the waiter may be seen first");
        locks.has_woken(A, 1);
        assert_eq!(locks.waker(&place()), None, "the call woke one thread");
        begin(&mut locks, A, u64::MAX, 6);
        locks.has_woken(A, 2);
        assert_eq!(locks.undecided(0), Some(6));
        assert_eq!([locks.waker(&place()), locks.waker(&place())], [Some((A, 6)); 2]);
        assert_eq!((locks.waker(&place()), locks.undecided(0)), (None, None));
    }

    #[test]
    fn where_two_threads_may_have_woken_none_is_named() {
        let mut locks = Locks::default();
        begin(&mut locks, A, 1, 5);
        begin(&mut locks, B, 1, 6);
        assert_eq!(locks.waker(&place()), None);
        locks.has_woken(A, 1);
        locks.has_woken(B, 0);
        assert_eq!(locks.undecided(0), None, "one was woken, and one was seen");
    }

    #[test]
    fn a_call_that_wakes_where_no_thread_waits_is_of_no_interest() {
        let mut locks = Locks::default();
        let elsewhere = Place::Own { pid: 7, address: 0x2000, private: true };
        assert!(!locks.wakes(A, ARGS, 1, 5, [elsewhere].iter()));
        let without_the_flag = Place::Own { pid: 7, address: 0x1000, private: false };
        assert!(!locks.wakes(A, ARGS, 1, 5, [without_the_flag].iter()));
    }

    #[test]
    fn a_name_is_for_all_that_is_among_its_bytes() {
        let mut locks = Locks::default();
        let at = |address| Place::Own { pid: 7, address, private: true };
        locks.names.push((at(0x1000), 8, "queue".into()));
        for (address, inside) in [(0xfff, false), (0x1000, true), (0x1007, true), (0x1008, false)] {
            assert_eq!(at(address).is_within(&locks.names[0].0, 8), inside, "{address:#x}");
        }
        let shared = |inode, offset| Place::Shared { device: "0:1".into(), inode, offset };
        assert!(shared(1, 12).is_within(&shared(1, 8), 8));
        assert!(!shared(2, 12).is_within(&shared(1, 8), 8));
        assert!(!shared(1, 12).is_within(&at(8), 8));
    }

    #[test]
    fn a_thread_that_never_goes_on_is_not_waited_for_forever() {
        let mut locks = Locks::default();
        begin(&mut locks, A, 1, 5);
        locks.has_woken(A, 1);
        assert_eq!(locks.undecided(6), None);
        assert_eq!(locks.waker(&place()), None);
    }
}
