use std::fs::File;
use std::io::{Seek, Write};

use multiprocess::{Descriptor, Process, Result};

fn open() -> Descriptor {
    tempfile::tempfile().expect("a file can be created").into()
}

fn write(file: Descriptor) {
    let mut file = File::from(file.into_fd());
    writeln!(file, "from the child").expect("the file can be written");
}

fn main() -> Result<()> {
    multiprocess::init();
    if let Err(refused) = Process::new(open, ()).start()?.join() {
        println!("{refused}");
    }

    let mut file = tempfile::tempfile().expect("a file can be created");
    let clone = file.try_clone().expect("a descriptor is free");
    Process::new(write, (Descriptor::from(clone),)).start()?.join()?;
    file.rewind().expect("a file can be rewound");
    print!("{}", std::io::read_to_string(file).expect("the file holds text"));
    Ok(())
}
