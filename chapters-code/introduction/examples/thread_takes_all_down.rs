fn fragile() {
    std::process::abort();
}

fn main() {
    println!("starting the fragile part");
    let outcome = std::thread::spawn(fragile).join();
    println!("the program goes on: {outcome:?}");
}
