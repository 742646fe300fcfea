use std::time::Duration;

use multiprocess::Process;

fn convert(video: String) -> String {
    if video == "damaged.mov" {
        loop {
            std::thread::park(); // It is stuck.
        }
    }
    video.replace(".mov", ".mp4")
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let video = "damaged.mov".to_owned();
    let mut child = Process::new(convert, (video,)).start()?;
    match child.join_timeout(Duration::from_millis(100)) {
        Ok(Some(converted)) => println!("{converted} is ready"),
        Ok(None) => {
            println!("not ready after 100 ms");
            child.terminate()?;
            println!("{:?}", child.join());
        }
        Err(error) => println!("{error}"),
    }
    Ok(())
}
