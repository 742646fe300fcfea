//! Runs `misbehave` under a supervisor, as a caller that is going to be killed: what comes is said at once.
//!
//! `caller traced|untraced MISBEHAVE ARGS...`

use std::{
    env,
    io::{Write, stdout},
    time::Duration,
};

use supervisor::{Request, What, run_with};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let mut request = Request::new(&args[1]).args(&args[2..]).within(Duration::from_secs(60));
    if args[0] == "untraced" {
        request = request.untraced();
    }
    let run = run_with(&request, |event| {
        if let What::Output { bytes, .. } = &event.what {
            stdout().write_all(bytes).and_then(|()| stdout().flush()).expect("standard output");
        }
    });
    println!("{run:?}");
}
