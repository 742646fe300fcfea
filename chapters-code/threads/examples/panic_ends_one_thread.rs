use std::io;
use std::thread;

fn parse(text: &str) -> i32 {
    text.parse().expect("a whole number")
}

fn main() -> io::Result<()> {
    let mut parsers = Vec::new();
    for text in ["12", "seven", "30"] {
        let parser = thread::Builder::new().name(format!("parser of {text}"));
        parsers.push(parser.spawn(move || parse(text))?);
    }
    for parser in parsers {
        match parser.join() {
            Ok(number) => println!("parsed {number}"),
            Err(payload) => {
                let message = payload.downcast_ref::<String>();
                println!("panicked: {}", message.expect("text"));
            }
        }
    }
    Ok(())
}
