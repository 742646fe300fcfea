//! Children take up their work before `main`, as in a test binary.

multiprocess::init_before_main!();

fn main() -> anyhow::Result<()> {
    benchmark_parent::serve()
}
