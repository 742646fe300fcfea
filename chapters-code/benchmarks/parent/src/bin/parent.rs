//! Children take up their work in `main`, as in a program that calls `init` there.

fn main() -> anyhow::Result<()> {
    multiprocess::init();
    benchmark_parent::serve()
}
