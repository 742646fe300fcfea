use std::fs::File;
use std::io::{Seek, Write};

use multiprocess::{Descriptor, Process, Result};

fn open() -> Descriptor {
    tempfile::tempfile().expect("there is room").into()
}

fn write(file: Descriptor) {
    let mut file = File::from(file.into_fd());
    writeln!(file, "from the child").expect("there is room");
}

fn main() -> Result<()> {
    multiprocess::init();
    if let Err(refused) = Process::new(open, ()).start()?.join() {
        println!("{refused}");
    }

    let mut file = tempfile::tempfile().expect("there is room");
    let its = file.try_clone().expect("there is a free number");
    Process::new(write, (Descriptor::from(its),)).start()?.join()?;
    file.rewind().expect("it is a file");
    print!("{}", std::io::read_to_string(file).expect("it is text"));
    Ok(())
}
