use std::io::{BufWriter, Stdout, Write, stdout};
use std::sync::{LazyLock, Mutex, OnceLock};

use multiprocess::{Process, StartMethod};

const SHOPS: [&str; 3] = ["north", "south", "harbor"];

/// What each shop sold, which only memory knows: the children have it by fork.
static SALES: OnceLock<Vec<Vec<u64>>> = OnceLock::new();
/// The report has thousands of lines, so they are not written one by one.
static REPORT: LazyLock<Mutex<BufWriter<Stdout>>> = LazyLock::new(|| Mutex::new(BufWriter::new(stdout())));

fn add_line(line: &str) {
    let mut report = REPORT.lock().expect("the lock is not poisoned");
    writeln!(report, "{line}").expect("the report can be written");
}

fn write_out() {
    let mut report = REPORT.lock().expect("the lock is not poisoned");
    report.flush().expect("the report can be written");
}

fn add_up(shop: usize) -> u64 {
    let sales = &SALES.get().expect("SALES is set before the fork")[shop];
    let sum = sales.iter().sum();
    add_line(&format!("{} sold {sum}", SHOPS[shop]));
    write_out(); // a forked child drops nothing
    sum
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    SALES
        .set((1..4).map(|shop| (1..=1000).map(|sale| shop * sale).collect()).collect())
        .expect("SALES is set once");
    // SAFETY: this program has one thread, and nothing that must not exist twice.
    let fork = unsafe { StartMethod::fork() };
    add_line("the sales of this week");
    let mut children = Vec::new();
    for (shop, name) in SHOPS.iter().enumerate() {
        add_line(&format!("{name} is being added up"));
        children.push(Process::new(add_up, (shop,)).start_method(fork).start()?);
    }
    let mut sum = 0;
    for child in &mut children {
        sum += child.join()?;
    }
    add_line(&format!("all sold {sum}"));
    write_out();
    Ok(())
}
