//! One small program for each thing that a timeline tells of.

use std::{
    env, fs, future,
    io::{self, IoSliceMut, Read, Write, stderr, stdout},
    mem,
    os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd},
    os::unix::net::UnixStream,
    process,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering::SeqCst},
        mpsc,
    },
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout},
        eventfd::EventFd,
        memfd::{MFdFlags, memfd_create},
        select::{FdSet, select},
        signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, killpg, sigaction, signal},
        wait::{Id, WaitPidFlag, WaitStatus, wait, waitid, waitpid},
    },
    unistd::{ForkResult, Pid, alarm, fork, ftruncate, getpid, gettid, pause, setsid, write},
};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    match args[0].as_str() {
        "value" => say("a value"),
        "panics" => panic!("out of luck"),
        "exit_code" => process::exit(3),
        "signal" => process::abort(),
        "deadline" => loop {
            pause();
        },
        "tree" => tree(),
        "double_fork" => double_fork(),
        "threads" => threads(),
        "locks" => locks(),
        "many_locks" => many_locks(),
        "lock_between_processes" => lock_between_processes(),
        "messages" => messages(),
        "messages_between_threads" => messages_between_threads(),
        "ends_of_file" => ends_of_file(),
        "full_pipes" => full_pipes(),
        "marks" => marks(),
        "tasks" => tasks(),
        "memory" => memory(),
        "burst" => burst(50),
        "untraced" => untraced(),
        "kinds" => kinds(),
        "stands_still" => stands_still(),
        "waits" => waits(),
        "looks" => looks(),
        "looks_at_news" => looks_at_news(args[1].parse().expect("a number")),
        "interrupted" => interrupted(),
        "handled" => handled(),
        "ignored" => ignored(),
        "given_up" => given_up(),
        "zombies_left" => zombies_left(),
        "killed_together" => killed_together(),
        "writers" => writers(args[1].parse().expect("a number")),
        "bit_by_bit" => bit_by_bit(),
        "sleeps" => sleeps(),
        "thread_exec" => thread_exec(),
        "last_thread" => last_thread(),
        "status" => status(),
        "stuck" => stuck(),
        "alarm" => alarm_beside_a_wait(),
        "timeout" => {
            let never = pidfd(getpid());
            poll(&mut [PollFd::new(never.as_fd(), PollFlags::POLLIN)], 300_u16).expect("a pidfd");
        }
        "busy" => collect(child(|| {
            let until = Instant::now() + Duration::from_millis(300);
            while Instant::now() < until {}
        })),
        "outside" => reads_from_outside(&args[1]),
        "stranger" => {
            let stranger = pidfd(Pid::from_raw(args[1].parse().expect("a pid")));
            poll(&mut [PollFd::new(stranger.as_fd(), PollFlags::POLLIN)], PollTimeout::NONE)
                .expect("a pidfd");
        }
        "stopped" => collect(child(|| kill(getpid(), Signal::SIGSTOP).expect("a signal"))),
        other => panic!("no such act: {other}"),
    }
}

fn say(line: &str) {
    println!("{line}");
}

/// Forks; in the child, runs `act` and ends with exit code 0.
fn child(act: impl FnOnce()) -> Pid {
    // SAFETY: this program has one thread wherever it forks.
    match unsafe { fork() }.expect("a fork") {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            act();
            process::exit(0)
        }
    }
}

/// Waits until the child has ended, and leaves it a zombie.
fn until_ended(child: Pid) {
    waitid(Id::Pid(child), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT).expect("a child");
}

fn tree() {
    child(|| {
        child(|| {
            child(|| say("great-grandchild"));
            wait().expect("a great-grandchild");
            say("grandchild");
        });
        wait().expect("a grandchild");
        say("child");
    });
    wait().expect("a child");
    say("main");
}

/// The daemon's way: its parent ends, and it lives on for a moment in a session of its own.
fn double_fork() {
    let (mut end_of_parent, parent) = io::pipe().expect("a pipe");
    let first = child(|| {
        setsid().expect("a session of its own");
        child(|| {
            drop(parent);
            end_of_parent.read_to_end(&mut vec![]).expect("a pipe");
            say("an orphan");
        });
    });
    collect(first);
    say("main");
}

fn threads() {
    let named = |name: &'static str| {
        let work = move || {
            println!("{name} works");
            // Nothing to synchronize with: it is the sleep that is to be seen.
            thread::sleep(Duration::from_millis(2));
        };
        thread::Builder::new().name(name.into()).spawn(work).expect("a thread")
    };
    let first = named("first");
    first.join().expect("the first thread");
    let second = named("second");
    second.join().expect("the second thread");
    say("main");
}

/// Waits until a thread of this process sleeps. The thread cannot say so, since it would have to be awake for that.
fn until_thread_asleep(tid: i32) {
    let is_asleep = || {
        let stat = fs::read_to_string(format!("/proc/self/task/{tid}/stat")).expect("a thread");
        stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('S'))
    };
    while !is_asleep() {
        thread::sleep(Duration::from_millis(1));
    }
}

fn named<'scope, 'env>(
    scope: &'scope thread::Scope<'scope, 'env>,
    name: &str,
    work: impl FnOnce() + Send + 'scope,
) -> thread::ScopedJoinHandle<'scope, ()> {
    thread::Builder::new().name(name.into()).spawn_scoped(scope, work).expect("a thread")
}

/// One thread waits for a lock that another one has, and the first thread for the end of both.
fn locks() {
    let lock = Mutex::new(0);
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        let held = lock.lock().expect("no thread has panicked");
        let lock = &lock;
        let waiter = named(scope, "waiter", move || {
            tell.send(gettid().as_raw()).expect("a reader");
            *lock.lock().expect("no thread has panicked") += 1;
            say("has the lock");
        });
        until_thread_asleep(told.recv().expect("a writer"));
        drop(held);
        waiter.join().expect("a thread");
    });
    say("main");
}

/// Several threads wait for a lock at the same time, and then take it again and again.
fn many_locks() {
    let lock = Mutex::new(0_u64);
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        let held = lock.lock().expect("no thread has panicked");
        for name in ["a", "b", "c"] {
            let (lock, tell) = (&lock, tell.clone());
            named(scope, name, move || {
                tell.send(gettid().as_raw()).expect("a reader");
                for _ in 0..20 {
                    *lock.lock().expect("no thread has panicked") += 1;
                }
            });
        }
        told.iter().take(3).for_each(until_thread_asleep);
        drop(held);
    });
    say("main");
}

/// A futex in memory that a child shares.
fn lock_between_processes() {
    let word = shared_word();
    let parent = getpid();
    let waker = child(|| {
        until_asleep(parent);
        word.store(1, SeqCst);
        // SAFETY: the word lives as long as the process.
        unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE, 1) };
    });
    while word.load(SeqCst) == 0 {
        let forever = std::ptr::null::<libc::timespec>();
        // SAFETY: as above, and no time is given.
        unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAIT, 0, forever) };
    }
    collect(waker);
}

/// A number in memory that this process will share with its children.
fn shared_word() -> &'static AtomicU32 {
    let rights = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_SHARED | libc::MAP_ANONYMOUS;
    // SAFETY: a new mapping of a page is in nothing's way. It is zeroed, aligned to a page, and never unmapped.
    unsafe {
        let page = libc::mmap(std::ptr::null_mut(), 4096, rights, flags, -1, 0);
        assert_ne!(page, libc::MAP_FAILED, "{}", io::Error::last_os_error());
        &*page.cast()
    }
}

/// Bytes through a pipe in several pieces, through a pair of sockets, and an eventfd.
fn messages() {
    let (mut reader, writer) = io::pipe().expect("a pipe");
    let (mut ours, mut theirs) = UnixStream::pair().expect("sockets");
    let bell = EventFd::new().expect("an eventfd");
    let child = child(|| {
        write(&writer, b"one ").expect("a pipe");
        write(&writer, b"two").expect("a pipe");
        bell.write(1).expect("an eventfd");
        let mut question = [0; 8];
        theirs.read_exact(&mut question).expect("a socket");
        theirs.write_all(b"an answer").expect("a socket");
    });
    bell.read().expect("an eventfd");
    let mut both = [0; 16];
    assert_eq!(reader.read(&mut both).expect("a pipe"), 7);
    ours.write_all(b"question").expect("a socket");
    ours.read_exact(&mut [0; 9]).expect("a socket");
    collect(child);
}

/// More than a pipe holds, from two threads, one after the other.
fn messages_between_threads() {
    let (mut reader, writer) = io::pipe().expect("a pipe");
    thread::scope(|scope| {
        let writer = &writer;
        let write_all = move |bytes: &[u8]| {
            let mut writer = writer;
            writer.write_all(bytes).expect("a pipe");
        };
        let large = named(scope, "large", move || write_all(&[0; 100_000]));
        reader.read_exact(&mut [0; 100_000]).expect("a pipe");
        large.join().expect("a thread");
        let small = named(scope, "small", move || write_all(b"small"));
        small.join().expect("a thread");
        write_all(b"main");
        assert_eq!(reader.read(&mut [0; 16]).expect("a pipe"), 9);
    });
}

/// The end of a pipe and of two pairs of sockets, and what reads like one: a message without bytes, and a read that asks for none.
fn ends_of_file() {
    let (mut reader, writer) = io::pipe().expect("a pipe");
    let (mut packets, mut empty) = (packets(), packets());
    let child = child(|| {
        write(&writer, b"one").expect("a pipe");
        for to in [&mut packets.0, &mut empty.0] {
            assert_eq!(to.write(b"two").expect("a socket"), 3);
        }
        assert_eq!(empty.0.write(b"").expect("a socket"), 0);
    });
    drop((writer, packets.0, empty.0));
    assert_eq!(reader.read(&mut [0; 8]).expect("a pipe"), 3);
    assert_eq!(reader.read(&mut []).expect("a pipe"), 0, "it asks for none");
    assert_eq!(reader.read(&mut [0; 8]).expect("a pipe"), 0);
    let mut room = [0; 8];
    let vectored = reader.read_vectored(&mut [IoSliceMut::new(&mut []), IoSliceMut::new(&mut room)]);
    assert_eq!(vectored.expect("a pipe"), 0);
    assert_eq!(packets.1.read(&mut room).expect("a socket"), 3);
    assert_eq!(packets.1.read(&mut room).expect("a socket"), 0);
    assert_eq!(receive(&packets.1, &mut room), 0);
    for expected in [3, 0, 0] {
        assert_eq!(empty.1.read(&mut room).expect("a socket"), expected);
    }
    collect(child);
}

/// Two sockets that keep messages apart.
fn packets() -> (UnixStream, UnixStream) {
    let mut ends = [-1; 2];
    // SAFETY: it writes two numbers of new descriptors, which nothing else owns.
    unsafe {
        assert_eq!(libc::socketpair(libc::AF_UNIX, libc::SOCK_SEQPACKET, 0, ends.as_mut_ptr()), 0);
        (UnixStream::from_raw_fd(ends[0]), UnixStream::from_raw_fd(ends[1]))
    }
}

/// Receives a message by `recvmsg`.
fn receive(from: &UnixStream, room: &mut [u8]) -> isize {
    let mut piece = libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: room.len() };
    // SAFETY: zeros are a header that asks for nothing, and its one piece is the room, which outlives the call.
    unsafe {
        let mut header: libc::msghdr = mem::zeroed();
        (header.msg_iov, header.msg_iovlen) = (&raw mut piece, 1);
        libc::recvmsg(from.as_raw_fd(), &raw mut header, 0)
    }
}

/// Each process waits for another one: two for room in a full pipe, one of them in `poll`, and two for bytes that never come.
fn full_pipes() {
    let (_full, into_full) = io::pipe().expect("a pipe");
    child(|| write_all(&into_full, &[0; 100_000]));
    let (_also_full, into_also_full) = io::pipe().expect("a pipe");
    let (mut silent, _into_silent) = io::pipe().expect("a pipe");
    child(|| {
        // As much as a pipe holds, unless its owner says otherwise.
        write_all(&into_also_full, &[0; 65_536]);
        let room = PollFd::new(into_also_full.as_fd(), PollFlags::POLLOUT);
        let bytes = PollFd::new(silent.as_fd(), PollFlags::POLLIN);
        let hang_up = PollFd::new(into_full.as_fd(), PollFlags::empty());
        poll(&mut [room, hang_up, bytes], PollTimeout::NONE).expect("three pipes");
    });
    child(|| silent.read_exact(&mut [0]).expect("a pipe"));
    pause();
}

fn write_all(mut into: &io::PipeWriter, bytes: &[u8]) {
    into.write_all(bytes).expect("a pipe");
}

/// Marks of two processes, and names for what they share.
fn marks() {
    let lock = Mutex::new(());
    marks::name(&lock, "seats");
    let (mut reader, writer) = io::pipe().expect("a pipe");
    marks::name_end(&writer, "orders");
    let child = child(|| {
        marks::mark("the child begins");
        write(&writer, b"an order").expect("a pipe");
    });
    reader.read_exact(&mut [0; 8]).expect("a pipe");
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        let held = lock.lock().expect("no thread has panicked");
        let lock = &lock;
        let guest = named(scope, "guest", move || {
            tell.send(gettid().as_raw()).expect("a reader");
            let _held = lock.lock().expect("no thread has panicked");
            marks::mark("has a seat");
        });
        until_thread_asleep(told.recv().expect("a writer"));
        drop(held);
        guest.join().expect("a thread");
    });
    collect(child);
    marks::mark("all are collected");
}

/// Two tasks that take turns, the last turn of one of them on another thread.
fn tasks() {
    let turns = |name: &'static str| {
        Box::pin(marks::task(name, async move {
            for turn in 1..=2 {
                marks::mark(&format!("turn {turn}"));
                let mut rested = false;
                future::poll_fn(|_| {
                    if mem::replace(&mut rested, true) { Poll::Ready(()) } else { Poll::Pending }
                })
                .await;
            }
            say(name);
        }))
    };
    let (mut left, mut right) = (turns("left"), turns("right"));
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..2 {
        assert!(left.as_mut().poll(&mut context).is_pending());
        assert!(right.as_mut().poll(&mut context).is_pending());
    }
    assert!(left.as_mut().poll(&mut context).is_ready());
    thread::scope(|scope| {
        let last = named(scope, "other", move || {
            assert!(right.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
        });
        last.join().expect("a thread");
    });
}

/// Memory without a name, which a forked child has, too, and a spawned one has not; and memory with a name, which each maps for
/// itself.
fn memory() {
    let word = shared_word();
    let named = memfd_create(c"queue", MFdFlags::empty()).expect("memory");
    ftruncate(&named, 8192).expect("memory");
    let child = child(|| {
        map(&named);
        word.store(7, SeqCst);
    });
    collect(child);
    map(&named);
    assert_eq!(word.load(SeqCst), 7);
    assert!(process::Command::new("true").status().expect("a program").success());
}

/// Maps two pages of a file, and never unmaps them.
fn map(file: &OwnedFd) {
    let rights = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a new mapping is in nothing's way, and nothing of it is used.
    let pages =
        unsafe { libc::mmap(std::ptr::null_mut(), 8192, rights, libc::MAP_SHARED, file.as_raw_fd(), 0) };
    assert_ne!(pages, libc::MAP_FAILED, "{}", io::Error::last_os_error());
}

fn burst(count: usize) {
    let children: Vec<Pid> = (0..count).map(|at| child(|| println!("child {at}"))).collect();
    for child in children {
        collect(child);
    }
    say("all have ended");
}

/// `CLONE_UNTRACED` asks that a tracer of this process does not become one of the new process.
fn untraced() {
    let flags = libc::CLONE_UNTRACED | libc::SIGCHLD;
    // SAFETY: without CLONE_VM this is a fork, and this program has one thread.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) };
    if pid == 0 {
        say("child");
        process::exit(0)
    }
    collect(Pid::from_raw(pid as i32));
    say("main");
}

/// A child by fork, one by vfork, and one that shares its parent's table of descriptors.
fn kinds() {
    let forked = child(|| {});
    collect(forked);
    let vforked = process::Command::new("true").status().expect("a program");
    assert!(vforked.success());
    let flags = libc::CLONE_FILES | libc::SIGUSR1;
    // SAFETY: without CLONE_VM this is a fork, and this program has one thread. SIGUSR1 in place of SIGCHLD is blocked.
    let pid = unsafe {
        SigSet::all().thread_block().expect("a mask");
        libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0)
    };
    if pid == 0 {
        process::exit(0)
    }
    let all = WaitPidFlag::__WALL;
    waitpid(Pid::from_raw(pid as i32), Some(all)).expect("a child");
}

/// Is not let go on before its child has ended.
fn stands_still() {
    let flags = libc::CLONE_VFORK | libc::SIGCHLD;
    // SAFETY: without CLONE_VM this is a fork, and this program has one thread.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) };
    if pid == 0 {
        thread::sleep(Duration::from_millis(5));
        process::exit(0)
    }
    collect(Pid::from_raw(pid as i32));
}

fn pidfd(child: Pid) -> OwnedFd {
    // SAFETY: the call takes two numbers, and gives a new descriptor to nobody else.
    unsafe {
        let fd = libc::syscall(libc::SYS_pidfd_open, child.as_raw(), 0);
        OwnedFd::from_raw_fd(i32::try_from(Errno::result(fd).expect("a pidfd")).expect("a descriptor"))
    }
}

/// Waits in every way there is for a child that takes a moment to end.
fn waits() {
    let wait_for = |wait: &mut dyn FnMut(Pid)| wait(child(|| thread::sleep(Duration::from_millis(5))));
    wait_for(&mut |_| {
        wait().expect("a child");
    });
    wait_for(&mut |child| collect(child));
    wait_for(&mut |child| {
        waitid(Id::Pid(child), WaitPidFlag::WEXITED).expect("a child");
    });
    wait_for(&mut |child| {
        waitid(Id::PIDFd(pidfd(child).as_fd()), WaitPidFlag::WEXITED).expect("a child");
    });
    wait_for(&mut |child| {
        let fd = pidfd(child);
        poll(&mut [PollFd::new(fd.as_fd(), PollFlags::POLLIN)], PollTimeout::NONE).expect("a pidfd");
        collect(child);
    });
    wait_for(&mut |child| {
        let fd = pidfd(child);
        let mut set = FdSet::new();
        set.insert(fd.as_fd());
        select(fd.as_raw_fd() + 1, &mut set, None, None, None).expect("a pidfd");
        collect(child);
    });
    wait_for(&mut |child| {
        let fd = pidfd(child);
        let epoll = Epoll::new(EpollCreateFlags::empty()).expect("an epoll instance");
        epoll.add(&fd, EpollEvent::new(EpollFlags::EPOLLIN, 0)).expect("a pidfd");
        epoll.wait(&mut [EpollEvent::empty()], EpollTimeout::NONE).expect("a pidfd");
        collect(child);
    });
}

fn collect(child: Pid) {
    waitpid(child, None).expect("a child");
}

/// Looks at a child that cannot have ended yet, and at one that has.
fn looks() {
    let (mut gate, opener) = io::pipe().expect("a pipe");
    let child = child(|| gate.read_exact(&mut [0]).expect("a pipe"));
    let look = || waitpid(child, Some(WaitPidFlag::WNOHANG)).expect("a child");
    assert_eq!(look(), WaitStatus::StillAlive);
    write(&opener, b"g").expect("a pipe");
    until_ended(child);
    assert_eq!(look(), WaitStatus::Exited(child, 0));
}

/// Looks at children whose pidfd has just become readable: each of them has ended.
fn looks_at_news(rounds: usize) {
    for _ in 0..rounds {
        let child = child(|| {});
        let fd = pidfd(child);
        poll(&mut [PollFd::new(fd.as_fd(), PollFlags::POLLIN)], PollTimeout::NONE).expect("a pidfd");
        assert_eq!(waitpid(child, Some(WaitPidFlag::WNOHANG)), Ok(WaitStatus::Exited(child, 0)));
    }
}

extern "C" fn nothing(_: i32) {}

fn handle(signal: Signal) {
    let action = SigAction::new(SigHandler::Handler(nothing), SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler does nothing.
    unsafe { sigaction(signal, &action) }.expect("a signal that can be handled");
}

/// Waits until a process sleeps, which it tells nobody: what it waits for would wake it up.
fn until_asleep(pid: Pid) {
    let is_asleep = || {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("a process");
        stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('S'))
    };
    while !is_asleep() {
        thread::sleep(Duration::from_millis(1));
    }
}

/// A signal cuts a wait short; and one that is ignored does not, though it interrupts it when there is a tracer.
fn interrupted() {
    let me = getpid();
    handle(Signal::SIGUSR1);
    let sender = child(|| {
        until_asleep(me);
        kill(me, Signal::SIGURG).expect("the parent");
        until_asleep(me);
        kill(me, Signal::SIGUSR1).expect("the parent");
        until_asleep(me);
    });
    assert_eq!(waitpid(sender, None), Err(Errno::EINTR));
    collect(sender);
}

/// Signals by four system calls, handled, and one that ends its receiver.
fn handled() {
    handle(Signal::SIGUSR1);
    let (mut ready, parent) = io::pipe().expect("a pipe");
    let receiver = child(|| {
        write(&parent, b"r").expect("a pipe");
        loop {
            pause();
        }
    });
    ready.read_exact(&mut [0]).expect("a pipe");
    kill(receiver, Signal::SIGUSR1).expect("a child");
    let fd = pidfd(receiver);
    // SAFETY: without a siginfo the calls take numbers only.
    unsafe {
        libc::syscall(libc::SYS_tgkill, receiver.as_raw(), receiver.as_raw(), libc::SIGCONT);
        libc::syscall(libc::SYS_pidfd_send_signal, fd.as_raw_fd(), libc::SIGTERM, 0, 0);
    }
    let ended = waitpid(receiver, None).expect("a child");
    assert_eq!(ended, WaitStatus::Signaled(receiver, Signal::SIGTERM, false));
}

/// Nobody collects a child whose parent ignores SIGCHLD.
fn ignored() {
    // SAFETY: ignoring installs no handler.
    unsafe { signal(Signal::SIGCHLD, SigHandler::SigIgn) }.expect("a signal that can be ignored");
    child(|| say("child"));
    assert_eq!(wait(), Err(Errno::ECHILD));
    say("main");
}

/// Nobody collects a child either whose parent has asked the kernel not to keep it.
fn given_up() {
    let action = SigAction::new(SigHandler::SigDfl, SaFlags::SA_NOCLDWAIT, SigSet::empty());
    // SAFETY: the default action installs no handler.
    unsafe { sigaction(Signal::SIGCHLD, &action) }.expect("a signal that can be handled");
    child(|| say("child"));
    assert_eq!(wait(), Err(Errno::ECHILD));
    say("main");
}

/// The child ends before its parent, and is never collected by it.
fn zombies_left() {
    let child = child(|| {});
    until_ended(child);
}

/// A parent and its child end at the same moment, in either order: the child is left in both.
fn killed_together() {
    let (mut ready, there) = io::pipe().expect("a pipe");
    let parent = child(|| {
        setsid().expect("a session of its own");
        child(|| {
            write(&there, b"r").expect("a pipe");
            loop {
                pause();
            }
        });
        loop {
            pause();
        }
    });
    ready.read_exact(&mut [0]).expect("a pipe");
    killpg(parent, Signal::SIGKILL).expect("a group");
    collect(parent);
}

/// Several processes write at the same time, each of its lines in two pieces.
fn writers(lines: usize) {
    let children: Vec<Pid> = ["a", "b", "c"]
        .into_iter()
        .map(|name| {
            child(|| {
                for line in 0..lines {
                    for piece in [format!("{name} {line} "), format!("{name} {line}\n")] {
                        write(stdout(), piece.as_bytes()).expect("standard output");
                    }
                }
            })
        })
        .collect();
    for child in children {
        collect(child);
    }
}

fn bit_by_bit() {
    for piece in ["one ", "line", "\nand ", "another\nand a third", "\nno newline"] {
        write(stdout(), piece.as_bytes()).expect("standard output");
    }
    let pieces = [io::IoSlice::new(b"gathered "), io::IoSlice::new(b"by writev\n")];
    stderr().write_vectored(&pieces).map(drop).expect("standard error");
}

/// Sleeps in a way that no run is too short to show, and calls the same system call without sleeping.
fn sleeps() {
    let (mut filled, filler) = io::pipe().expect("a pipe");
    write(&filler, b"ff").expect("a pipe");
    filled.read_exact(&mut [0]).expect("a pipe");
    filled.read_exact(&mut [0]).expect("a pipe");
    let writer = child(|| {
        thread::sleep(Duration::from_millis(5));
        write(&filler, b"f").expect("a pipe");
    });
    filled.read_exact(&mut [0]).expect("a pipe");
    collect(writer);
}

fn thread_exec() {
    use std::os::unix::process::CommandExt;
    let exec = || process::Command::new("/proc/self/exe").arg("value").exec();
    panic!("{:?}", thread::spawn(exec).join());
}

/// The main thread ends first, and the process when the other one does.
fn last_thread() {
    // SAFETY: a thread may ask who it is.
    let main = unsafe { libc::pthread_self() };
    thread::spawn(move || {
        // SAFETY: nobody else waits for the main thread, and it does not wait for this one.
        assert_eq!(unsafe { libc::pthread_join(main, std::ptr::null_mut()) }, 0);
        say("the other thread");
    });
    // SAFETY: the stack of this thread stays as it is, and nothing of it is needed any more.
    unsafe { libc::syscall(libc::SYS_exit, 0) };
}

/// What a process can see of being traced.
fn status() {
    let status = fs::read_to_string("/proc/self/status").expect("its own status");
    for field in ["TracerPid:", "NoNewPrivs:", "Seccomp:"] {
        let line = status.lines().find(|line| line.starts_with(field)).expect(field);
        let value = line[field.len()..].trim();
        say(&format!("{field} {}", if value == "0" { "none" } else { "some" }));
    }
}

/// Nobody here goes on: each child waits in another way, and their parent waits for them.
fn stuck() {
    let (mut reader, _writer) = io::pipe().expect("a pipe");
    child(|| reader.read_exact(&mut [0]).expect("a pipe"));
    let (_reader, mut writer) = io::pipe().expect("a pipe");
    child(|| writer.write_all(&[0; 100_000]).expect("a pipe"));
    child(|| thread::spawn(thread::park).join().expect("a thread"));
    let other = child(|| {
        let parent = pidfd(Pid::parent());
        poll(&mut [PollFd::new(parent.as_fd(), PollFlags::POLLIN)], PollTimeout::NONE).expect("a pidfd");
    });
    collect(other);
}

/// The child would read for ever, and is ended by a timer.
fn alarm_beside_a_wait() {
    let (mut reader, _writer) = io::pipe().expect("a pipe");
    let child = child(|| {
        alarm::set(1);
        reader.read_exact(&mut [0]).expect("a pipe");
    });
    assert_eq!(waitpid(child, None), Ok(WaitStatus::Signaled(child, Signal::SIGALRM, false)));
}

/// Tells which descriptor is the end to write to of a pipe, waits until this file is there, and reads from the pipe.
fn reads_from_outside(file: &str) {
    let (mut reader, writer) = io::pipe().expect("a pipe");
    say(&format!("{} {}", process::id(), writer.as_raw_fd()));
    while !fs::exists(file).expect("a folder to look into") {
        thread::sleep(Duration::from_millis(5));
    }
    reader.read_exact(&mut [0]).expect("a pipe");
}
