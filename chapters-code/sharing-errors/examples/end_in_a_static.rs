use std::sync::OnceLock;

use multiprocess::pipe::Connection;
use multiprocess::{Process, Result, StartMethod, duplex};

static PARENT: OnceLock<Connection<u32, u32>> = OnceLock::new();

fn find() {
    let parent = PARENT.get().expect("main has set it");
    println!("send: {:?}", parent.send(1));
    println!("recv: {:?}", parent.recv());
}

fn take(parent: Connection<u32, u32>) {
    println!("as an argument: {:?}", parent.send(1));
}

fn main() -> Result<()> {
    multiprocess::init();
    // SAFETY: the targets use nothing that only the parent has.
    let fork = unsafe { StartMethod::fork() };
    let (_connection, childs) = duplex()?;
    let childs = PARENT.get_or_init(|| childs).clone();

    Process::new(find, ()).start_method(fork).start()?.join()?;
    Process::new(take, (childs,)).start_method(fork).start()?.join()?;
    Ok(())
}
