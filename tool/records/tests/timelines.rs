//! A timeline tells what a program did, whoever else is busy meanwhile.
//!
//! Each act's timeline is recorded in `tests/timelines`, for those who draw them too; `TIMELINES=write` in the
//! environment records them again.

use std::{
    env, fs,
    mem::discriminant,
    path::{Path, PathBuf},
    time::Duration,
};

use records::{
    follow,
    shape::{Shape, Within},
    sound::problems,
    timeline::{self, Actor, Event, SCHEMA, Timeline, What},
};
use supervisor::{End, Extras, Request, Run, event::Stream, load::under_load, oracle::clean, share};

/// How often each act runs under load: a few times, or many.
fn rounds() -> usize {
    share::times(1, 10)
}

fn request(act: &[&str]) -> Request {
    Request::new(env!("CARGO_BIN_EXE_acts")).args(act)
}

/// A run of an act, and its timeline.
fn traced(request: &Request) -> (Run, timeline::Run) {
    let mut shown = vec![];
    let (run, timeline) = clean(|| follow(request, None, |_, event| shown.push(event))).expect("a run");
    assert_eq!(run.untraced, None, "this machine refuses to trace in detail, and these tests need it");
    let timeline = timeline.expect("a timeline of all that was written");
    let problems = problems(&timeline);
    assert!(problems.is_empty(), "{problems:#?}\n{timeline:#?}");
    assert_in_order(&shown, &timeline.events);
    (run, timeline)
}

/// What was shown while it happened is what the timeline tells, in the same order. Only a line without an end is shown later
/// than it was written.
#[track_caller]
fn assert_in_order(shown: &[Event], told: &[Event]) {
    assert!(shown.is_sorted_by_key(|event| event.at), "{shown:#?}");
    let has_no_end = |event: &Event| matches!(&event.what, What::Write { text, .. } if !text.ends_with('\n'));
    let places = |events: &[Event]| -> Vec<_> {
        let whole = events.iter().filter(|event| !has_no_end(event));
        whole.map(|event| (event.at, event.process, event.thread, discriminant(&event.what))).collect()
    };
    assert_eq!(places(shown), places(told));
    assert_eq!(shown.len(), told.len());
}

fn record(act: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/timelines").join(format!("{act}.json"))
}

/// Runs an act several times under load: it has the shape that is recorded.
fn keeps_its_shape(act: &str, request: &Request) {
    if env::var("TIMELINES").is_ok_and(|what| what == "write") {
        let timeline = Timeline {
            schema: SCHEMA,
            listing: format!("acts/{act}"),
            machine: "the machine on which this was tried last".into(),
            runs: vec![traced(request).1],
            seen: None,
        };
        fs::write(record(act), timeline.to_string()).expect("the record");
    }
    let recorded = Timeline::read(&record(act)).expect("a record");
    let expected = Shape::of(&recorded.runs[0], Within::Exact);
    under_load(|| {
        for round in 0..rounds() {
            let (_, run) = traced(request);
            if let Err(difference) = expected.same_as(&Shape::of(&run, Within::Exact)) {
                panic!("{act}, round {round}:\n{difference}\n{run:#?}");
            }
        }
    });
}

macro_rules! acts {
    ($($act:ident)*) => {
        $(
            #[test]
            fn $act() {
                let act = stringify!($act);
                keeps_its_shape(act, &request(&[act]));
            }
        )*
    };
}

acts! {
    value panics exit_code signal
    tree double_fork threads burst untraced kinds stands_still
    waits looks interrupted handled ignored given_up zombies_left killed_together
    bit_by_bit sleeps thread_exec last_thread status
}

/// Acts that ask for what is not told otherwise.
macro_rules! telling {
    ($($act:ident)*) => {
        $(
            #[test]
            fn $act() {
                let act = stringify!($act);
                keeps_its_shape(act, &request(&[act]).telling(Extras::ALL));
            }
        )*
    };
}

telling! { locks lock_between_processes messages messages_between_threads ends_of_file marks tasks memory }

#[test]
fn deadline() {
    keeps_its_shape("deadline", &request(&["deadline"]).within(Duration::from_millis(300)));
}

/// What one process did, without times.
fn deeds(run: &timeline::Run, name: &str) -> Vec<What> {
    let at = run.processes.iter().position(|process| process.name == name).expect(name);
    run.events.iter().filter(|event| event.process == at).map(|event| event.what.clone()).collect()
}

fn sleeps_of(run: &timeline::Run, name: &str) -> Vec<String> {
    let calls = deeds(run, name).into_iter().filter_map(|what| match what {
        What::Sleep(call) => Some(call),
        _ => None,
    });
    calls.collect()
}

/// The system call that glibc makes of one which only the older architectures have.
fn made_of(call: &'static str) -> &'static str {
    match call {
        _ if cfg!(target_arch = "x86_64") => call,
        "poll" | "pause" => "ppoll",
        "epoll_wait" => "epoll_pwait",
        other => other,
    }
}

#[test]
fn each_way_to_wait_is_told_with_whom_it_waits_for_and_collects() {
    let (_, run) = traced(&request(&["waits"]));
    let mut waits = vec![];
    for what in deeds(&run, "main") {
        match what {
            What::Wait { call, of, look: false } => waits.push((call, of, None)),
            What::Waited { collected } => waits.last_mut().expect("a wait").2 = collected,
            _ => {}
        }
    }
    let wait = |call: &str, of: &[usize], collected| (call.to_owned(), of.to_vec(), collected);
    let mut expected = vec![
        wait("wait4", &[], Some(1)),
        wait("wait4", &[2], Some(2)),
        wait("waitid", &[3], Some(3)),
        wait("waitid", &[4], Some(4)),
    ];
    for (child, call) in [(5, made_of("poll")), (6, "pselect6"), (7, made_of("epoll_wait"))] {
        expected.extend([wait(call, &[child], None), wait("wait4", &[child], Some(child))]);
    }
    assert_eq!(waits, expected);
}

#[test]
fn a_parent_that_stands_still_is_told_to_sleep() {
    let (_, run) = traced(&request(&["stands_still"]));
    assert_eq!(sleeps_of(&run, "main"), ["clone"]);
}

#[test]
fn a_look_is_told_from_a_wait() {
    let (_, run) = traced(&request(&["looks"]));
    let looks: Vec<What> = deeds(&run, "main")
        .into_iter()
        .filter(|what| matches!(what, What::Wait { .. } | What::Waited { .. }))
        .collect();
    let wait = |call: &str, look| What::Wait { call: call.into(), of: vec![1], look };
    let waited = |collected| What::Waited { collected };
    let expected = [
        wait("wait4", true),
        waited(None),
        wait("waitid", false),
        waited(None),
        wait("wait4", true),
        waited(Some(1)),
    ];
    assert_eq!(looks, expected);
}

#[test]
fn a_look_at_a_child_whose_end_was_polled_for_finds_it() {
    under_load(|| {
        let (run, _) = traced(&request(&["looks_at_news", "50"]));
        assert_eq!(run.ending, End::Exit(0), "{}", String::from_utf8_lossy(&run.stderr));
    });
}

#[test]
fn a_signal_that_is_ignored_does_not_cut_a_wait_in_two() {
    let (_, run) = traced(&request(&["interrupted"]));
    let wait = || What::Wait { call: "wait4".into(), of: vec![1], look: false };
    let (waited, receive) = (|collected| What::Waited { collected }, What::Receive("SIGUSR1".into()));
    let main: Vec<What> = deeds(&run, "main").into_iter().skip(2).take(5).collect();
    assert_eq!(main, [wait(), receive, waited(None), wait(), waited(Some(1))]);
}

#[test]
fn a_thread_that_has_to_wait_for_a_processor_does_not_sleep() {
    under_load(|| {
        for _ in 0..rounds() {
            let (_, run) = traced(&request(&["sleeps"]));
            assert_eq!(sleeps_of(&run, "main"), ["read"]);
            assert_eq!(sleeps_of(&run, "child 1 of main"), ["clock_nanosleep"]);
        }
    });
}

#[test]
fn a_sleep_that_does_not_end_is_told_while_it_lasts() {
    let mut told = vec![];
    let request = request(&["deadline"]).within(Duration::from_secs(1));
    let (run, _) = clean(|| follow(&request, None, |_, event| told.push(event.what))).expect("a run");
    assert_eq!(run.ending, End::Deadline);
    assert_eq!(told[1..3], [What::Sleep(made_of("pause").into()), What::End(End::Deadline)]);
}

#[test]
fn what_is_told_while_it_happens_is_what_is_told_afterwards() {
    for act in ["tree", "threads", "burst", "bit_by_bit", "waits"] {
        let mut told = vec![];
        let (_, run) = clean(|| follow(&request(&[act]), None, |_, event| told.push(event))).expect("a run");
        let run = run.expect("a timeline");
        told.sort_by_key(|event| event.at);
        let order = |event: &timeline::Event| (event.at, event.process, format!("{:?}", event.what));
        let (mut early, mut late) = (told, run.events);
        // The last line of what is not complete has no moment of its own before the run is over.
        late.retain(|event| !matches!(&event.what, What::Write { text, .. } if !text.ends_with('\n')));
        early.retain(|event| !matches!(&event.what, What::Write { text, .. } if !text.ends_with('\n')));
        early.sort_by_key(order);
        late.sort_by_key(order);
        assert_eq!(early, late, "{act}");
    }
}

#[test]
fn every_byte_has_its_writer_however_many_write_at_once() {
    let lines = 200;
    under_load(|| {
        let (run, timeline) = traced(&request(&["writers", &lines.to_string()]));
        let mut all = String::new();
        let mut of_each = vec![String::new(); timeline.processes.len()];
        for event in &timeline.events {
            if let What::Write { to, text } = &event.what {
                assert_eq!(*to, Stream::Stdout);
                all += text;
                of_each[event.process] += text;
            }
        }
        assert!(all.as_bytes() == run.stdout, "another order than that of the pipe");
        for (name, written) in ["a", "b", "c"].iter().zip(&of_each[1..]) {
            let expected: String = (0..lines).map(|line| format!("{name} {line} {name} {line}\n")).collect();
            assert!(*written == expected, "{name} wrote something else");
        }
    });
}

#[test]
fn a_thread_is_told_by_its_own_name() {
    let (_, run) = traced(&request(&["threads"]));
    let names = &run.processes[0].thread_names;
    assert_eq!(names.iter().collect::<Vec<_>>(), [(&1, &"first".into()), (&2, &"second".into())]);
    let (_, run) = traced(&request(&["last_thread"]));
    assert!(run.processes[0].thread_names.is_empty(), "the second thread has the name that it was born with");
}

/// What a thread did at a futex, or for another thread.
fn waits_of(run: &timeline::Run, actor: Actor) -> Vec<What> {
    let own =
        run.events.iter().filter(|event| (event.process, event.thread) == (actor.process, actor.thread));
    let waits = own.map(|event| event.what.clone()).filter(|what| {
        matches!(what, What::FutexWait(_) | What::Join(_) | What::Woken { .. } | What::Awake | What::Sleep(_))
    });
    waits.collect()
}

#[test]
fn a_thread_that_waits_for_a_lock_is_woken_by_the_one_that_lets_it_go() {
    let (main, waits) = (Actor { process: 0, thread: 0 }, Actor { process: 0, thread: 1 });
    under_load(|| {
        for _ in 0..rounds() {
            let (_, run) = traced(&request(&["locks"]).telling(Extras::ALL));
            let at_the_lock = waits_of(&run, waits);
            let [What::FutexWait(lock), What::Woken { by }] = &at_the_lock[..] else {
                panic!("{at_the_lock:?}\n{run:#?}")
            };
            assert!(lock.starts_with("futex "), "{lock}");
            assert_eq!(*by, main);
            let joined = waits_of(&run, main);
            assert!(
                joined.iter().all(|what| !matches!(what, What::Woken { by } if *by == main)),
                "{joined:?}"
            );
        }
    });
}

#[test]
fn a_futex_in_shared_memory_is_one_to_all_processes() {
    under_load(|| {
        let (_, run) = traced(&request(&["lock_between_processes"]).telling(Extras::ALL));
        let waits = waits_of(&run, Actor { process: 0, thread: 0 });
        let child = Actor { process: 1, thread: 0 };
        assert_eq!(waits, [What::FutexWait("futex 1".into()), What::Woken { by: child }]);
    });
}

#[test]
fn of_several_threads_at_a_lock_the_first_is_woken_by_the_one_that_had_it() {
    under_load(|| {
        for _ in 0..rounds() {
            let (_, run) = traced(&request(&["many_locks"]).telling(Extras::ALL));
            let mut woken = run.events.iter().filter_map(|event| match event.what {
                What::Woken { by } if event.thread > 0 => Some(by),
                _ => None,
            });
            assert_eq!(woken.next(), Some(Actor { process: 0, thread: 0 }), "{run:#?}");
        }
    });
}

#[test]
fn what_is_not_asked_for_is_not_told() {
    for act in ["locks", "lock_between_processes", "messages", "ends_of_file", "marks", "tasks", "memory"] {
        let (_, run) = traced(&request(&[act]));
        let extra = |event: &&Event| {
            let moves = matches!(event.what, What::Put { .. } | What::Got { .. } | What::EndOfFile(_));
            let waits = matches!(event.what, What::FutexWait(_) | What::Join(_) | What::Woken { .. });
            let says = matches!(event.what, What::Mark(_) | What::Task(_) | What::Runs { .. } | What::Rests);
            let waits = waits || matches!(event.what, What::EndWait { .. });
            moves || waits || says || matches!(event.what, What::Map { .. })
        };
        assert_eq!(run.events.iter().find(extra), None, "{act}");
    }
}

/// What a thread moved, in its order: which way, how many bytes, and who had written them.
fn messages_of(run: &timeline::Run, actor: Actor) -> Vec<(String, u64, Vec<Actor>)> {
    let own =
        run.events.iter().filter(|event| (event.process, event.thread) == (actor.process, actor.thread));
    let moved = own.filter_map(|event| match &event.what {
        What::Put { bytes, into } => Some((format!("into {into}"), *bytes, vec![])),
        What::Got { bytes, out_of, from } => Some((format!("out of {out_of}"), *bytes, from.clone())),
        _ => None,
    });
    moved.collect()
}

#[test]
fn a_read_is_told_with_its_writer_and_its_bytes() {
    let (main, child) = (Actor { process: 0, thread: 0 }, Actor { process: 1, thread: 0 });
    let put = |bytes, into: &str| (format!("into {into}"), bytes, vec![]);
    let got = |bytes, out_of: &str, from| (format!("out of {out_of}"), bytes, vec![from]);
    under_load(|| {
        for _ in 0..rounds() {
            let (_, run) = traced(&request(&["messages"]).telling(Extras::ALL));
            let by_main = [
                got(8, "eventfd 1", child),
                got(7, "pipe 1", child),
                put(8, "sockets 1"),
                got(9, "sockets 1", child),
            ];
            assert_eq!(messages_of(&run, main), by_main);
            let by_child = [
                put(4, "pipe 1"),
                put(3, "pipe 1"),
                put(8, "eventfd 1"),
                got(8, "sockets 1", main),
                put(9, "sockets 1"),
            ];
            assert_eq!(messages_of(&run, child), by_child);
        }
    });
}

#[test]
fn bytes_that_several_threads_wrote_are_told_apart() {
    let (main, large, small) =
        (Actor { process: 0, thread: 0 }, Actor { process: 0, thread: 1 }, Actor { process: 0, thread: 2 });
    under_load(|| {
        for _ in 0..rounds() {
            let (_, run) = traced(&request(&["messages_between_threads"]).telling(Extras::ALL));
            let mut read = messages_of(&run, main);
            let last = ("out of pipe 1".to_owned(), 9, vec![small, main]);
            assert_eq!(read.pop(), Some(last), "{run:#?}");
            assert_eq!(read.pop(), Some(("into pipe 1".to_owned(), 4, vec![])));
            assert!(read.iter().all(|(_, _, from)| *from == [large]), "{read:?}");
            assert_eq!(read.iter().map(|(_, bytes, _)| bytes).sum::<u64>(), 100_000);
        }
    });
}

#[test]
fn a_read_at_the_end_of_file_is_told_and_one_without_bytes_is_not_taken_for_it() {
    under_load(|| {
        for _ in 0..rounds() {
            let (_, run) = traced(&request(&["ends_of_file"]).telling(Extras::ALL));
            let read = deeds(&run, "main").into_iter().filter_map(|what| match what {
                What::Got { bytes, out_of, .. } => Some(format!("{bytes} from {out_of}")),
                What::EndOfFile(of) => Some(format!("end of {of}")),
                _ => None,
            });
            let expected = [
                "3 from pipe 1",
                "end of pipe 1",
                "end of pipe 1",
                "3 from sockets 1",
                "end of sockets 1",
                "end of sockets 1",
                "3 from sockets 2",
            ];
            assert_eq!(read.collect::<Vec<_>>(), expected);
        }
    });
}

#[test]
fn what_a_process_waits_for_at_a_pipe_is_told_up_to_the_deadline() {
    let request = request(&["full_pipes"]).telling(Extras::ALL).within(Duration::from_secs(3));
    keeps_its_shape("full_pipes", &request);
    let (_, run) = traced(&request);
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let wait = |call: &str, bytes_from: &[&str], room_in: &[&str]| What::EndWait {
        call: call.into(),
        bytes_from: names(bytes_from),
        room_in: names(room_in),
    };
    let last_of = |child: usize| {
        let mut deeds = deeds(&run, &format!("child {child} of main"));
        // One that is killed may be an orphan for a moment, and be collected.
        deeds.retain(|what| !matches!(what, What::Orphaned | What::Reaped));
        assert_eq!(deeds.pop(), Some(What::End(End::Deadline)));
        deeds.pop().expect("it waits")
    };
    let number_of = |child: usize| match last_of(child) {
        What::EndWait { room_in, .. } => room_in.concat(),
        other => panic!("{other:?}"),
    };
    let (full, also_full) = (number_of(1), number_of(2));
    assert_eq!(last_of(1), wait("write", &[], &[&full]));
    let What::EndWait { call, bytes_from, room_in } = last_of(2) else { panic!("{run:#?}") };
    assert!(call == "poll" || call == "ppoll", "{call}");
    assert!(full != also_full && room_in == [also_full], "{run:#?}");
    assert_eq!(last_of(3), wait("read", &[&bytes_from[0]], &[]));
}

#[test]
fn what_a_program_names_is_called_so() {
    under_load(|| {
        let (_, run) = traced(&request(&["marks"]).telling(Extras::ALL));
        let main = Actor { process: 0, thread: 0 };
        let order = ("out of orders".to_owned(), 8, vec![Actor { process: 1, thread: 0 }]);
        assert!(messages_of(&run, main).contains(&order), "{run:#?}");
        let guest = waits_of(&run, Actor { process: 0, thread: 1 });
        assert_eq!(guest[..2], [What::FutexWait("seats".into()), What::Woken { by: main }]);
    });
}

#[test]
fn a_task_has_a_lane_with_its_marks_and_the_threads_that_it_runs_on() {
    under_load(|| {
        let (_, run) = traced(&request(&["tasks"]).telling(Extras::ALL));
        let main = &run.processes[0];
        assert_eq!(main.tasks.iter().collect::<Vec<_>>(), [&1, &2]);
        let names = ["left", "right", "other"].map(String::from);
        assert!(main.thread_names.values().eq(&names), "{main:?}");
        let of = |task| {
            let own = run.events.iter().filter(move |event| event.thread == task);
            own.map(|event| event.what.clone()).collect::<Vec<_>>()
        };
        let turn = |turn: usize| [What::Runs { on: 0 }, What::Mark(format!("turn {turn}")), What::Rests];
        let last = |on| [What::Runs { on }, What::Rests, What::ThreadEnd];
        assert_eq!(of(1), [turn(1), turn(2), last(0)].concat());
        assert_eq!(of(2), [turn(1), turn(2), last(3)].concat());
    });
}

#[test]
fn shared_memory_is_told_of_each_process_that_has_it() {
    let (_, run) = traced(&request(&["memory"]).telling(Extras::ALL));
    let maps = run.events.iter().filter_map(|event| match &event.what {
        What::Map { memory, bytes, inherited } => Some((event.process, memory.as_str(), *bytes, *inherited)),
        _ => None,
    });
    let expected = [
        (0, "memory 1", 4096, false),
        (1, "memory 1", 4096, true),
        (1, "queue", 8192, false),
        (0, "queue", 8192, false),
    ];
    assert_eq!(maps.collect::<Vec<_>>(), expected);
}
