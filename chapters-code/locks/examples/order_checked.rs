use std::cell::Cell;
use std::sync::Mutex;

// ANCHOR: ranked
struct Ranked<T> {
    rank: u32,
    value: Mutex<T>,
}

thread_local! {
    static HELD: Cell<u32> = const { Cell::new(0) };
}

impl<T> Ranked<T> {
    fn with<R>(&self, run: impl FnOnce(&mut T) -> R) -> R {
        let (rank, held) = (self.rank, HELD.get());
        debug_assert!(held < rank, "wants rank {rank}, and holds {held}");
        let mut value = self.value.lock().expect("no holder has panicked");
        HELD.set(rank);
        let result = run(&mut value);
        HELD.set(held);
        result
    }
}
// ANCHOR_END: ranked

// ANCHOR: main
static ANN: Ranked<u64> = Ranked { rank: 1, value: Mutex::new(100) };
static BEN: Ranked<u64> = Ranked { rank: 2, value: Mutex::new(100) };

fn transfer(from: &Ranked<u64>, to: &Ranked<u64>, amount: u64) {
    from.with(|payer| {
        to.with(|payee| {
            *payer -= amount;
            *payee += amount;
        })
    })
}

fn main() {
    transfer(&ANN, &BEN, 10);
    println!("Ann has paid Ben");
    transfer(&BEN, &ANN, 20);
    println!("Ben has paid Ann");
}
// ANCHOR_END: main
