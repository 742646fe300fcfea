//! Every way that is measured, with its name in the tables.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use serde_bytes::ByteBuf;

use super::ends::{
    Ipc, IpcBytes, LargeQueue, OurBytes, OurPipe, OurQueue, Packets, Pipes, QueueBytes, Sockets, Threads,
};
use super::peer::{Answer, End, Peer};
use crate::helper::Helper;
use crate::pinned::Places;

pub(super) const PIPE_2: &str = "`pipe(2)`";
pub(super) const SOCKETPAIR: &str = "`socketpair(2)`, a stream";
pub(super) const PACKETS: &str = "`socketpair(2)`, packets";
pub(super) const THREADS: &str = "`crossbeam-channel` between threads";
pub(super) const OUR_BYTES: &str = "`multiprocess::pipe`, bytes";
pub(super) const OUR_PIPE: &str = "`multiprocess::pipe`, `ByteBuf`";
pub(super) const OUR_PIPE_VEC: &str = "`multiprocess::pipe`, `Vec<u8>`";
pub(super) const QUEUE_BYTES: &str = "`multiprocess::queue`, bytes";
pub(super) const OUR_QUEUE: &str = "`multiprocess::queue`, `ByteBuf`";
pub(super) const OUR_QUEUE_VEC: &str = "`multiprocess::queue`, `Vec<u8>`";
pub(super) const LARGE_QUEUE: &str = "`multiprocess::queue` of 8 MiB, `ByteBuf`";
pub(super) const IPC_BYTES: &str = "`ipc-channel`, bytes";
pub(super) const IPC_VEC: &str = "`ipc-channel`, `Vec<u8>`";
pub(super) const PYTHON_SEND_BYTES: &str = "Python's `Pipe`, `send_bytes`";
pub(super) const PYTHON_SEND: &str = "Python's `Pipe`, `send`";
pub(super) const PYTHON_QUEUE: &str = "Python's `Queue`";
pub(super) const PYTHON_SIMPLE_QUEUE: &str = "Python's `SimpleQueue`";

/// What its helper calls each of Python's.
const PYTHONS: [(&str, &str); 4] = [
    (PYTHON_SEND_BYTES, "send_bytes"),
    (PYTHON_SEND, "send"),
    (PYTHON_QUEUE, "Queue"),
    (PYTHON_SIMPLE_QUEUE, "SimpleQueue"),
];

/// How long so many messages of a size take.
type Took = dyn FnMut(usize, u64) -> anyhow::Result<Duration>;

/// A way for messages, with a peer at its other end.
pub(super) struct Way {
    pub(super) name: &'static str,
    pub(super) longest: usize,
    pub(super) took: Rc<RefCell<Took>>,
}

impl Way {
    fn over<E: End>(name: &'static str, mut peer: Peer<E>, answer: Answer) -> Way {
        let took = move |size, count| peer.send(size, count, answer);
        Way { name, longest: E::LONGEST, took: Rc::new(RefCell::new(took)) }
    }
}

/// All of them. Where two CPUs are given, this process and its peers keep to them.
pub(super) fn ways(answer: Answer, places: Option<Places>) -> anyhow::Result<Vec<Way>> {
    let mut ways = vec![
        Way::over(PIPE_2, Peer::<Pipes>::process(places)?, answer),
        Way::over(SOCKETPAIR, Peer::<Sockets>::process(places)?, answer),
        Way::over(PACKETS, Peer::<Packets>::process(places)?, answer),
        Way::over(OUR_BYTES, Peer::<OurBytes>::process(places)?, answer),
        Way::over(OUR_PIPE, Peer::<OurPipe<ByteBuf>>::process(places)?, answer),
        Way::over(OUR_PIPE_VEC, Peer::<OurPipe<Vec<u8>>>::process(places)?, answer),
        Way::over(QUEUE_BYTES, Peer::<QueueBytes>::process(places)?, answer),
        Way::over(OUR_QUEUE, Peer::<OurQueue<ByteBuf>>::process(places)?, answer),
        Way::over(OUR_QUEUE_VEC, Peer::<OurQueue<Vec<u8>>>::process(places)?, answer),
        Way::over(LARGE_QUEUE, Peer::<LargeQueue<ByteBuf>>::process(places)?, answer),
        Way::over(IPC_BYTES, Peer::<IpcBytes>::by_name(places)?, answer),
        Way::over(IPC_VEC, Peer::<Ipc<Vec<u8>>>::by_name(places)?, answer),
    ];
    for (name, how) in PYTHONS {
        let mut python = Helper::sharing(places)?;
        let task = match answer {
            Answer::Nothing => "one_way",
            Answer::TheSame => "round_trip",
        };
        let took = move |size, count| python.duration(&format!("{task} {how} {size} {count}"));
        ways.push(Way { name, longest: usize::MAX, took: Rc::new(RefCell::new(took)) });
    }
    // The last one: a process with threads cannot fork.
    ways.push(Way::over(THREADS, Peer::<Threads>::thread(places)?, answer));
    Ok(ways)
}
