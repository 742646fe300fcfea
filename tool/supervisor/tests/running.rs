//! What a run reports: output, endings, bounds, and which numbers were pids.

use std::{
    io::Write,
    ops::ControlFlow,
    os::fd::AsFd,
    time::{Duration, Instant},
};

use records::{follow, roles::Roles};
use supervisor::{
    End, Event, Request, Run, RunError, What, load::under_load, oracle::clean, run, run_until, run_with,
};

fn request(args: &[&str]) -> Request {
    Request::new(env!("CARGO_BIN_EXE_misbehave")).args(args)
}

fn result(args: &[&str]) -> Run {
    let run = clean(|| run(&request(args))).expect("a run");
    assert_eq!(run.untraced, None, "this machine refuses ptrace, and these tests need it");
    run
}

fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into()
}

#[test]
fn each_way_to_end_is_told_apart() {
    let cases = [
        (vec!["exit", "0"], End::Exit(0)),
        (vec!["exit", "101"], End::Exit(101)),
        (vec!["signal", "15"], End::Signal(libc::SIGTERM)),
        (vec!["signal", "9"], End::Signal(libc::SIGKILL)),
        (vec!["signal", "11"], End::Signal(libc::SIGSEGV)),
    ];
    for (args, end) in cases {
        assert_eq!(result(&args).ending, end, "{args:?}");
        let untraced = clean(|| run(&request(&args).untraced())).expect("a run");
        assert_eq!(untraced.ending, end, "{args:?}, untraced");
    }
}

#[test]
fn the_outputs_and_the_arguments_come_through() {
    let both = result(&["both"]);
    assert_eq!((text(&both.stdout), text(&both.stderr)), ("out\n".into(), "err\n".into()));
    assert_eq!(text(&result(&["lines", "a b", "", "\"ä\\", "*"]).stdout), "a b\n\n\"ä\\\n*\n");
    assert_eq!(result(&["text", "no newline"]).stdout, b"no newline");
}

#[test]
fn what_a_process_wrote_is_read_before_anything_that_followed_is_told() {
    let write = "i=0; while [ $i -lt 500 ]; do echo o; echo e >&2; i=$((i + 1)); done";
    let (mut latest, mut read, mut wrote) = (0, [0, 0], [0, 0]);
    let seen = |event: &Event| {
        assert!(event.at >= latest, "{event:?} after {latest}");
        latest = event.at;
        match &event.what {
            What::Output { stream, bytes } => read[*stream as usize] += bytes.len(),
            What::Wrote { stream, bytes, .. } => {
                wrote[*stream as usize] += bytes.len();
                assert!(wrote[*stream as usize] <= read[*stream as usize], "{event:?} was not read yet");
            }
            _ => {}
        }
    };
    let request = Request::new("sh").args(["-c", write]).detailed();
    under_load(|| clean(|| run_with(&request, seen))).expect("a run");
    assert_eq!(wrote, [1000, 1000], "all of it was followed");
}

#[test]
fn what_is_put_into_an_output_without_a_write_is_written_in_another_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "from a file\n").expect("a file");
    let request = request(&["spliced", file.to_str().expect("UTF-8")]);
    let (run, timeline) = clean(|| follow(&request, None, |_, _| {})).expect("a run");
    let expected = "from a file\nInvalidInput, InvalidInput, Unsupported\n";
    assert_eq!(text(&run.stdout), expected, "{}", text(&run.stderr));
    timeline.expect("every byte has a writer");
}

#[test]
fn the_environment_is_what_the_request_says() {
    let of = |request: Request| text(&clean(|| run(&request)).expect("a run").stdout);
    assert_eq!(of(request(&["environment", "RUST_BACKTRACE"])), "Ok(\"0\")\n");
    assert_eq!(of(request(&["environment", "LC_ALL"])), "Ok(\"C.UTF-8\")\n");
    assert_eq!(of(request(&["environment", "X"]).env("X", "y")), "Ok(\"y\")\n");
    assert_eq!(of(request(&["environment", "PATH"]).env_remove("PATH")), "Err(NotPresent)\n");
    assert_eq!(of(request(&["environment", "SUPERVISOR_OF_LISTING"])), "Err(NotPresent)\n");
    assert_eq!(of(Request::new("pwd").dir("/")), "/\n");
}

#[test]
fn no_descriptor_of_the_caller_gets_in() {
    clean(|| {
        let (_reader, writer) = std::io::pipe().expect("a pipe");
        // One that does not close itself on exec.
        let leaky = nix::unistd::dup(&writer).expect("a copy");
        let flags = nix::fcntl::fcntl(&leaky, nix::fcntl::FcntlArg::F_GETFD).expect("its flags");
        assert_eq!(flags, 0);
        let run = run(&request(&["descriptors"])).expect("a run");
        assert_eq!(text(&run.stdout), "[0, 1, 2] \"\"\n");
    });
}

#[test]
fn signals_that_the_caller_ignores_are_not_ignored_by_the_program() {
    let script = r#"trap "" TERM CHLD; exec "$0" traced sh -c 'kill -TERM $$'"#;
    let args = ["-c", script, env!("CARGO_BIN_EXE_caller")];
    let caller = clean(|| std::process::Command::new("sh").args(args).output()).expect("a shell");
    let said = text(&caller.stdout);
    assert!(said.contains("Ok(Run { ending: Signal(15)"), "{said}");
}

#[test]
fn the_deadline_ends_a_program_that_ignores_every_signal_it_can() {
    let timed =
        || (Instant::now(), run(&request(&["deaf"]).within(Duration::from_millis(1000))), Instant::now());
    let (start, run, end) = clean(timed);
    let run = run.expect("a run");
    assert_eq!((run.ending, run.ended()), (End::Deadline, End::Deadline));
    assert_eq!(run.left, [run.processes[0].pid]);
    assert_eq!(text(&run.stdout), "deaf\n");
    assert!(end - start < Duration::from_secs(9), "{:?}", end - start);
}

#[test]
fn a_run_lasts_until_its_last_process_has_ended() {
    let script = "(setsid sh -c 'sleep 0.3; echo late' &) ; echo early";
    let run = clean(|| run(&Request::new("sh").args(["-c", script]))).expect("a run");
    assert_eq!((text(&run.stdout), run.ended()), ("early\nlate\n".into(), End::Exit(0)));
}

#[test]
fn output_is_kept_up_to_the_limit_and_read_to_its_end() {
    let flood = (64 << 20).to_string();
    let run = clean(|| run(&request(&["flood", &flood]).output_limit(1000).within(Duration::from_secs(60))));
    let run = run.expect("a run");
    assert_eq!((run.stdout.len(), run.ending), (1000, End::Exit(0)));
    assert_eq!(run.truncated, [supervisor::event::Stream::Stdout]);
    assert_eq!(text(&run.stderr), format!("wrote {flood}\n"));
}

#[test]
fn sixty_four_mebibytes_of_output_come_through() {
    let (flood, limit) = ((64 << 20).to_string(), 64 << 20);
    let run = clean(|| run(&request(&["flood", &flood]).output_limit(limit).within(Duration::from_secs(60))));
    let run = run.expect("a run");
    assert_eq!((run.stdout.len(), run.ending), (limit, End::Exit(0)));
    assert!(run.truncated.is_empty() && run.stdout.iter().all(|&b| b == b'x'));
}

#[test]
fn a_caller_that_does_not_read_cannot_delay_the_deadline() {
    let flood = (8 << 20).to_string();
    let request = request(&["flood", &flood]).output_limit(8 << 20).within(Duration::from_secs(2));
    let mut first = true;
    let run = clean(|| {
        run_with(&request, |_| {
            if std::mem::take(&mut first) {
                // The caller is busy with something else for a while.
                std::thread::sleep(Duration::from_secs(3));
            }
        })
    });
    let run = run.expect("a run");
    assert_eq!((run.stdout.len(), run.ending), (8 << 20, End::Exit(0)));
}

#[test]
fn a_program_may_close_its_output_early() {
    let run = result(&["close_stdout"]);
    assert_eq!((text(&run.stdout), text(&run.stderr)), ("before\n".into(), "after\n".into()));
    assert_eq!(run.ending, End::Exit(0));
}

#[test]
fn what_cannot_be_started_is_named() {
    let problem = |request: Request| clean(|| run(&request)).expect_err("nothing to run").to_string();
    let missing = problem(Request::new("/no/such/program"));
    assert_eq!(missing, "cannot run `/no/such/program`: No such file or directory (os error 2)");
    let forbidden = problem(Request::new("/dev/null"));
    assert_eq!(forbidden, "cannot run `/dev/null`: Permission denied (os error 13)");
    let folder = problem(request(&["exit", "0"]).dir("/no/such/folder"));
    assert!(folder.contains("/no/such/folder") && folder.contains("No such file"), "{folder}");
    assert!(matches!(run(&Request::new("/no")), Err(RunError::Program { .. })));
}

#[test]
fn only_numbers_that_were_pids_are_replaced() {
    let run = result(&["pids"]);
    let pid = run.processes[0].pid;
    let expected = format!(
        "main <pid of main> of <reaper>, not 1{pid}, {pid}.5 or 3.{pid}\n\
         child <pid of child 1 of main> of <pid of main>\n\
         child <pid of child 2 of main> of <pid of main>\n\
         thread <thread of main> of <pid of main>\n"
    );
    assert_eq!(text(&Roles::of(&run).replace(&run.stdout)), expected);
    assert_eq!(run.processes.len(), 3);
    assert!(run.processes.iter().all(|process| process.ending == End::Exit(0)), "{:?}", run.processes);
}

#[test]
fn a_process_goes_by_the_name_it_has_alone() {
    let run = result(&["named"]);
    let expected = "I am <pid of Process-1>\nI am <pid of child 2 of main>\nI am <pid of child 3 of main>\n";
    assert_eq!(text(&Roles::of(&run).replace(&run.stdout)), expected);
    let run = result(&["renamed"]);
    assert_eq!(text(&Roles::of(&run).replace(&run.stdout)), "I am <pid of worker>\n");
}

#[test]
fn a_thread_that_executes_another_program_goes_on_as_its_process() {
    let run = result(&["thread_exec"]);
    assert_eq!(text(&Roles::of(&run).replace(&run.stdout)), "I am <pid of main>\n");
    assert_eq!((run.ending, run.processes.len(), run.threads.len()), (End::Exit(0), 1, 1));
}

#[test]
fn an_untraced_run_gives_the_same_text_for_its_main_process() {
    let traced = result(&["pid_of_main"]);
    let untraced = clean(|| run(&request(&["pid_of_main"]).untraced())).expect("a run");
    for run in [traced, untraced] {
        assert_eq!(text(&Roles::of(&run).replace(&run.stdout)), "main is <pid of main>\n");
    }
}

#[test]
fn a_panic_message_is_the_same_in_every_run() {
    let run = result(&["panics"]);
    let stderr = text(&Roles::of(&run).replace(&run.stderr));
    assert!(stderr.contains("thread 'worker' (<thread of main>) panicked at"), "{stderr}");
    assert!(stderr.contains("thread 'main' (<pid of main>) panicked at"), "{stderr}");
    assert_eq!(run.ending, End::Exit(101));
}

#[test]
fn tracing_leaves_signals_and_job_control_as_they_are() {
    assert_eq!(text(&result(&["stopped"]).stdout), "stopped, continued, ended\n");
    let run = result(&["real_time"]);
    assert_eq!((text(&run.stdout), run.ending), ("received\n".into(), End::Signal(libc::SIGRTMIN() + 2)));
}

#[test]
fn events_come_in_the_order_of_their_times() {
    let mut times = vec![];
    clean(|| run_with(&request(&["pids"]), |event| times.push(event.at))).expect("a run");
    assert!(times.len() > 10 && times.is_sorted(), "{times:?}");
}

#[test]
fn a_run_is_stopped_from_outside_and_by_what_it_does() {
    let request = request(&["double_fork_and_stay"]);
    let stopped = clean(|| {
        let (ready, mut stop) = std::io::pipe().expect("a pipe");
        run_until(&request, ready.as_fd(), |event| {
            if matches!(event.what, What::Output { .. }) {
                stop.write_all(b"s").expect("the pipe");
            }
            ControlFlow::Continue(())
        })
    });
    assert!(matches!(stopped, Err(RunError::Stopped)), "{stopped:?}");
    let stopped = clean(|| {
        let (never, _stop) = std::io::pipe().expect("a pipe");
        run_until(&request, never.as_fd(), |event| match event.what {
            What::Output { .. } => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
    });
    assert!(matches!(stopped, Err(RunError::Stopped)), "{stopped:?}");
}
