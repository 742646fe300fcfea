//! Runs a program under a supervisor, as a caller that is going to be killed: what comes is said at once.
//!
//! `caller traced|untraced|detailed PROGRAM ARGS...`

use std::{
    env,
    io::{Write, stdout},
    time::Duration,
};

use supervisor::{Request, What, run_with};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let request = Request::new(&args[1]).args(&args[2..]).within(Duration::from_secs(60)).crowd_limit(128);
    let request = match args[0].as_str() {
        "traced" => request,
        "untraced" => request.untraced(),
        "detailed" => request.detailed(),
        other => panic!("no such way: {other}"),
    };
    let run = run_with(&request, |event| {
        if let What::Output { bytes, .. } = &event.what {
            stdout().write_all(bytes).and_then(|()| stdout().flush()).expect("standard output");
        }
    });
    println!("{run:?}");
}
