//! Starts and joins children where the kernel refuses one system call: the first argument names it, the second is the number of
//! the error. Prints a line for each child that says how it went, and a line from each target that runs.
//!
//! With a third argument it uses the library for nothing and runs itself anew in that sandbox, to show whether a Rust program
//! can live there at all.

use std::ops::Range;
use std::os::unix::process::CommandExt;
use std::process::Command;

use multiprocess::Process;
use multiprocess_programs::os::sandbox;
use multiprocess_programs::variation;

/// Groups of children that are started before any is joined, and the numbers of each; those with an odd number are daemons.
const GROUPS: [(&str, Range<usize>); 3] = [("one", 0..1), ("daemon", 1..2), ("twenty", 0..20)];

fn target(group: String, number: usize) -> Vec<usize> {
    println!("{group} {number} runs");
    result(number)
}

/// Too long to be read at once.
fn result(number: usize) -> Vec<usize> {
    vec![number; 1000]
}

fn main() {
    if variation() == "nothing" {
        return println!("it lives");
    }
    let call = sandbox::call(&variation());
    let errno = std::env::args().nth(2).and_then(|errno| errno.parse().ok());
    let errno = errno.expect("the second argument is a number");
    if std::env::args().nth(3).is_some() {
        let program = std::env::current_exe().expect("it has a path");
        sandbox::refuse(call, errno);
        panic!("{}", Command::new(program).arg("nothing").exec());
    }
    multiprocess_programs::init();
    sandbox::refuse(call, errno);
    for (group, numbers) in GROUPS {
        let start =
            |number: usize| Process::new(target, (group.to_owned(), number)).daemon(number % 2 == 1).start();
        let children: Vec<_> = numbers.clone().map(start).collect();
        for (number, child) in numbers.zip(children) {
            match child {
                Err(error) => println!("{group} {number} start: {error:?}"),
                Ok(mut child) => match child.join() {
                    Ok(got) if got == result(number) => println!("{group} {number} joins"),
                    Ok(got) => println!("{group} {number} join: another value: {got:?}"),
                    Err(error) => println!("{group} {number} join: {error:?}"),
                },
            }
        }
    }
}
