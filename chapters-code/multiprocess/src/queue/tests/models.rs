//! Random sequences of calls, and random damage.

use std::collections::VecDeque;
use std::os::fd::AsFd;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::{prop_assert, prop_assert_eq, proptest};

use super::super::layout::Record;
use super::super::mark::Mark;
use super::small;
use crate::error::{RecvError, SendErrorKind};

/// What a model does.
#[derive(Clone, Debug)]
enum Step {
    Send(usize),
    Receive,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let length = prop_oneof![4 => 0..60_usize, 2 => 500..2000_usize, 1 => 4000..4200_usize];
    let step = prop_oneof![length.prop_map(Step::Send), any::<()>().prop_map(|()| Step::Receive)];
    vec(step, 0..200)
}

proptest! {
    #[test]
    fn it_behaves_as_a_list_with_limits(bound in 1..20_usize, steps in steps()) {
        let (sender, receiver) = small(bound);
        let mut model: VecDeque<(usize, String)> = VecDeque::new();
        let room = |value: &(usize, String)| {
            let bytes = postcard::to_stdvec(value).expect("it can be written").len();
            8 + bytes.next_multiple_of(8)
        };
        for (n, step) in steps.into_iter().enumerate() {
            match step {
                Step::Send(length) => {
                    let value = (n, "x".repeat(length));
                    let filled: usize = model.iter().map(room).sum();
                    let fits = model.len() < bound && filled + room(&value) <= 4096;
                    match sender.try_send(value.clone()) {
                        Ok(()) => {
                            prop_assert!(fits);
                            model.push_back(value);
                        }
                        Err(error) => {
                            prop_assert!(!fits && matches!(error.kind, SendErrorKind::Full));
                            prop_assert_eq!(error.value, value);
                        }
                    }
                }
                Step::Receive => match receiver.try_recv() {
                    Ok(value) => prop_assert_eq!(Some(value), model.pop_front()),
                    Err(error) => prop_assert!(model.is_empty() && matches!(error, RecvError::Empty)),
                },
            }
            prop_assert_eq!(receiver.len(), model.len());
            prop_assert_eq!(sender.is_full(), model.len() == bound);
        }
        drop(sender);
        prop_assert_eq!(receiver.iter().collect::<Vec<_>>(), Vec::from(model));
    }

    /// Whatever is in the memory beside the locks: no panic, nothing endless, nothing out of bounds.
    #[test]
    fn damaged_memory_gives_errors(
        damage in vec((0..14_usize, any::<u64>(), 0..64_u32, any::<bool>()), 1..6),
        length in 0..3000_usize,
    ) {
        let (sender, receiver) = small::<String>(3);
        let core = receiver.end().core();
        sender.send("x".repeat(length)).expect("there is room");
        let _ = receiver.as_fd();
        for (place, random, bit, flip) in damage {
            let header = core.header();
            let words = [&header.tail.mark, &header.head.mark, &header.senders.seen, &header.receivers.seen,
                &header.senders.looked];
            let flags = [&header.receivers_wish.asleep, &header.receivers_wish.polled,
                &header.receivers_wish.ready, &header.receivers_wish.dropped, &header.senders_wish.asleep,
                &header.senders.waits, &header.receivers.waits];
            match place {
                0..5 if flip => { words[place].fetch_xor(1 << bit, Ordering::Relaxed); }
                0..5 => words[place].store(random, Ordering::Relaxed),
                5..12 => flags[place - 5].store(random as u32, Ordering::Relaxed),
                _ => {
                    let record = Record::of(random >> (bit % 60));
                    core.write_word(Mark::of(random), record.word());
                }
            }
            let begun = Instant::now();
            for _ in 0..3 {
                let _ = receiver.try_recv();
                let _ = receiver.recv_timeout(Duration::from_micros(100));
                let _ = sender.try_send("y".repeat(length));
                let _ = sender.send_timeout("z".repeat(5000), Duration::from_micros(100));
                let _ = (receiver.len(), receiver.is_full());
            }
            prop_assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        }
    }
}
