//! A launcher that closes every descriptor but the standard ones, and then runs the program that `REAL` names.

use std::os::unix::process::CommandExt;
use std::process::Command;

use multiprocess_programs::os;

fn main() {
    os::close_from(3);
    let program = std::env::var_os("REAL").expect("REAL names a program");
    panic!("{}", Command::new(program).args(std::env::args_os().skip(1)).exec());
}
