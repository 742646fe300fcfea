//! Every kind of target, each called in a process of its own.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

use multiprocess::Process;
use multiprocess_programs::show;

mod elsewhere {
    pub(crate) fn in_another_module() -> &'static str {
        "checked below"
    }

    pub(crate) fn length() -> usize {
        in_another_module().len()
    }
}

fn generic<T: Debug>(value: T) -> String {
    format!("{value:?}: {}", std::any::type_name::<T>())
}

type Mixed = (u8, i64, f64, char, bool, String, Vec<u16>, Option<u32>);

#[expect(clippy::too_many_arguments, reason = "the number is the point")]
fn eight(a: u8, b: i64, c: f64, d: char, e: bool, f: String, g: Vec<u16>, h: Option<u32>) -> Mixed {
    (a, b, c, d, e, f, g, h)
}

#[expect(clippy::too_many_arguments, reason = "the number is the point")]
fn twelve(
    (): (),
    a: u128,
    b: i8,
    c: [u8; 3],
    d: (u16, String),
    e: BTreeMap<String, u8>,
    f: Result<u8, String>,
    g: Duration,
    h: f32,
    i: usize,
    j: Box<str>,
    k: Option<Option<()>>,
) -> String {
    format!("{a} {b} {c:?} {d:?} {e:?} {f:?} {g:?} {h} {i} {j} {k:?}")
}

fn main() -> multiprocess::Result<()> {
    multiprocess_programs::init();
    show(Process::new(|| "no arguments".len(), ()).start()?.join());
    show(Process::new(|a: u32, b: u32| a - b, (44, 2)).start()?.join());
    show(Process::new(|a: u32, b: u32| a * b, (21, 2)).start()?.join());
    show(Process::new(elsewhere::length, ()).start()?.join());
    show(Process::new(generic::<u8>, (7,)).start()?.join());
    show(Process::new(generic::<(bool, char)>, ((true, 'é'),)).start()?.join());
    let nan = f64::from_bits(0x7ff8_0000_0000_0001);
    let arguments = (255, i64::MIN, nan, '\u{10ffff}', true, "\0ü".to_owned(), vec![1, 65535], Some(0));
    show(Process::new(eight, arguments).start()?.join());
    let map = BTreeMap::from([("k".to_owned(), 1)]);
    let failed = Err("no".to_owned());
    let second = Duration::from_nanos(1_000_000_001);
    let pair = (9, "p".to_owned());
    let arguments =
        ((), u128::MAX, -1, [1, 2, 3], pair, map, failed, second, 0.5, usize::MAX, "s".into(), Some(None));
    show(Process::new(twelve, arguments).start()?.join());
    Ok(())
}
