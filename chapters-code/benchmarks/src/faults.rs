//! What a forked child costs beside time: page faults, which are most of the time.

use benchmark_parent::{methods, start_and_join};
use nix::sys::resource::{UsageWho, getrusage};

use crate::group::Group;
use crate::limit;
use crate::samples::Case;
use crate::start_and_join::ours;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "faults",
    heads: ("Page faults of one start and join", Some("times by hand")),
    unit: Unit::Count,
    rounds: 50,
    cases,
    goals: Vec::new,
    note: || {
        Ok("Each is a stop in which the kernel gives a process a page: in the child for each page that it writes and each \
            64 KiB of code that it runs for the first time, in the parent for each page that it writes after the copy. From \
            `getrusage(2)`, minor faults. A child of the forkserver is not this process's to ask about.\n"
            .to_owned())
    },
    page: None,
};

fn cases() -> anyhow::Result<Vec<Case>> {
    let by_hand = "`fork` by hand, result over a pipe";
    let mut cases = both(by_hand, by_hand, || limit::fork_with_result().map(drop));
    let with_duties = "`fork` by hand, with the library's duties";
    cases.extend(both(with_duties, by_hand, || limit::fork_with_duties().map(drop)));
    for method in methods().into_iter().filter(|method| method.name() == "fork") {
        let name = ours(method.name());
        cases.extend(both(&name, by_hand, move || start_and_join(method, 1).map(drop)));
    }
    Ok(cases)
}

fn both(name: &str, base: &str, once: impl Fn() -> anyhow::Result<()> + Copy + 'static) -> Vec<Case> {
    [("the child", UsageWho::RUSAGE_CHILDREN), ("the parent", UsageWho::RUSAGE_SELF)]
        .map(|(whose, who)| {
            let faults = move || anyhow::Ok(getrusage(who)?.minor_page_faults());
            let case = Case::new(format!("{name}: {whose}"), move || {
                let before = faults()?;
                once()?;
                Ok((faults()? - before) as f64)
            });
            case.over(format!("{base}: {whose}"))
        })
        .into()
}
