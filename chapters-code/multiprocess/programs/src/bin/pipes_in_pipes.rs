//! A child makes a pipe and sends both ends to its parent before it ends. The parent sends them on to two other children, which talk
//! through them.

use std::fs::File;
use std::io::{Read, Seek, Write};

use multiprocess::pipe::{Receiver, Sender};
use multiprocess::{Descriptor, Process, Result, pipe};
use multiprocess_programs::{os, proc, said};

type Ends = (Sender<String>, Receiver<String>);

fn make(parent: Sender<Ends>) {
    let (sender, receiver) = pipe::<String>().expect("descriptors are free");
    sender.send("from the maker".to_owned()).expect("there is room");
    parent.send((sender, receiver)).expect("the parent receives");
}

fn write(parent: Receiver<(Sender<String>, Descriptor)>) {
    let (sender, file) = parent.recv().expect("the parent sends");
    let mut file = File::from(file.into_fd());
    file.write_all(b"written by a child").expect("there is room");
    sender.send("from the writer".to_owned()).expect("the reader receives");
}

fn read(parent: Receiver<Receiver<String>>) -> Vec<String> {
    let receiver = parent.recv().expect("the parent sends");
    receiver.iter().map(|text| text.expect("it arrives")).collect()
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let (to_parent, from_maker) = pipe::<Ends>()?;
    let mut maker = Process::new(make, (to_parent,)).start()?;
    maker.join()?;
    let (sender, receiver) = from_maker.recv()?;
    println!("the maker's pipe is closed: {}", said(from_maker.recv().map(drop)));

    let (to_writer, writers) = pipe()?;
    let (to_reader, readers) = pipe()?;
    let mut writer = Process::new(write, (writers,)).start()?;
    let mut reader = Process::new(read, (readers,)).start()?;
    to_reader.send(receiver)?;
    let mut file = File::from(os::memory(c"test"));
    to_writer.send((sender, Descriptor::from(file.try_clone().expect("a descriptor is free"))))?;
    writer.join()?;
    println!("the reader: {}", said(reader.join()));
    let mut text = String::new();
    file.rewind().and_then(|()| file.read_to_string(&mut text)).expect("it can be read");
    println!("the file: {text}");
    drop((file, maker, writer, reader, from_maker, to_writer, to_reader));
    println!("nothing is left: {}", proc::descriptors() == before);
    Ok(())
}
