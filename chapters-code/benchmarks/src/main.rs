//! Measures, and writes down what came out.
//!
//! ```sh
//! cargo run --release -p benchmarks                       # every group
//! cargo run --release -p benchmarks -- heap waiting 400   # two groups, the second one with 400 rounds
//! ```
//!
//! Each group of cases is measured interleaved and leaves `results/NAME.json` (every sample) and `results/NAME.md`
//! (the table that the book shows); `results/goals.md` holds what the library is to reach beside what it has reached. A
//! measurement is a measurement: no test looks at how fast anything was.
//!
//! - [`samples`] takes them, in an order that spreads the machine's moods over all cases.
//! - [`group`] writes tables, [`goal`] holds a ratio against what is wanted, [`mod@unit`] shows values.
//! - [`start_and_join`], [`sixteen`], [`heap`], [`huge`], [`faults`], [`waiting`], [`idle`], [`stages`], [`recipes`]: the groups.
//! - [`races`], [`store_buffering`]: two more, on what goes wrong between threads without locks.
//! - [`mod@pi`]: six more groups, on the series that the chapter *Computing pi* sums.
//! - [`hand_overs`], [`thread_costs`]: two more, on threads.
//! - [`two_clocks`], [`slices`], [`mod@two_cpus`]: four for the part *Asynchronous explained*.
//! - [`mod@connections`]: three more, on a server with a thread for each connection and on one with a loop.
//! - [`mod@threads`]: four more, on what threads gain, and what they lose to what they share.
//! - [`thread_locks`]: the standard library's locks between threads.
//! - [`lock_free`]: two more, on what threads share without a lock.
//! - [`mod@conditions`]: three more, on waking one or all, and on what is built from a condition.
//! - [`mod@messages`], [`locks`]: seven more, on what processes send to each other and share.
//! - [`large_table`]: two more, on a table that two processes sum.
//! - [`pools_at_work`]: two more, on pi in a pool, and on what an argument costs.
//! - [`pool_merge`]: how to make one result out of those of many tasks.
//! - [`pools`]: six more, on pools of processes.
//! - [`batch`] times operations that are too short for a clock, [`pinned`] keeps a thread on a CPU.
//! - [`counts`] traces a child and counts what it executes; [`cpu`] has all that depends on the kind of CPU.
//! - [`limit`] has the bare system calls, [`by_hand`] a forkserver of nothing else, [`python`] Python's module, [`helper`] a process that measures on request.
//! - [`machine`] says where it ran.

mod batch;
mod by_hand;
mod conditions;
mod connections;
mod counts;
mod cpu;
mod faults;
mod goal;
mod group;
mod hand_overs;
mod heap;
mod helper;
mod huge;
mod idle;
mod large_table;
mod limit;
mod lock_free;
mod locks;
mod machine;
mod messages;
mod pi;
mod pinned;
mod pool_merge;
mod pools;
mod pools_at_work;
mod python;
mod races;
mod recipes;
mod samples;
mod sixteen;
mod slices;
mod stages;
mod start_and_join;
mod store_buffering;
mod thread_costs;
mod thread_locks;
mod threads;
mod two_clocks;
mod two_cpus;
mod unit;
mod waiting;

use anyhow::{Context, bail};

use group::Group;

const GROUPS: &[Group] = &[
    start_and_join::GROUP,
    sixteen::GROUP,
    heap::GROUP,
    huge::GROUP,
    faults::GROUP,
    waiting::GROUP,
    idle::GROUP,
    stages::GROUP,
    recipes::GROUP,
    pi::ONE_THREAD,
    pi::PROCESSES,
    pi::SIZES,
    pi::UNEVEN,
    messages::MESSAGES,
    messages::ROUND_TRIP,
    messages::MANY,
    locks::GROUP,
    hand_overs::GROUP,
    thread_costs::GROUP,
    races::GROUP,
    store_buffering::GROUP,
    pi::LOCKS,
    two_clocks::GROUP,
    slices::GROUP,
    two_cpus::TWO_CPUS,
    two_cpus::SERIAL_SHARE,
    connections::MEMORY,
    connections::WAKES,
    connections::MESSAGES,
    threads::GIL,
    threads::PI,
    threads::FALSE_SHARING,
    threads::SERVERS,
    thread_locks::GROUP,
    lock_free::ATOMICS,
    lock_free::STACKS,
    conditions::NOTIFY,
    conditions::NOTIFY_WAKES,
    conditions::FROM_ONE_CONDITION,
    locks::WAITS,
    locks::TURNS,
    locks::CACHE_LINES,
    pi::MEANS,
    large_table::TIME,
    large_table::MEMORY,
    pools::MAP,
    pools::LIFE,
    pools_at_work::PI,
    pools_at_work::ARGUMENTS,
    pool_merge::GROUP,
    // These leave threads behind, so a group that forks must not follow.
    pools::PAYS,
    pools::WORDS,
    pools::ARRAY,
    pools::EXECUTORS,
];

fn main() -> anyhow::Result<()> {
    stages::note_main();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // The limit's child is this program with nothing to do.
    if arguments.first().is_some_and(|argument| argument == limit::NOTHING) {
        return Ok(());
    }
    if arguments.first().is_some_and(|argument| argument == by_hand::SERVER) {
        return by_hand::serve();
    }
    if let [connections::SERVER, way] = &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        return connections::serve(way);
    }
    multiprocess::init();
    procspawn::init();
    if arguments.first().is_some_and(|argument| argument == helper::PARENT) {
        return benchmark_parent::serve();
    }
    let machine = machine::describe()?;
    for (group, rounds) in chosen(&arguments)? {
        group.run(rounds, &machine)?;
        // After each, so that a run that is cut short leaves files that agree.
        group::write_goals(GROUPS)?;
    }
    Ok(())
}

/// The groups that the arguments name, each with the number of rounds that follows it; all if there is none. A number that
/// comes first is for all that name no other.
fn chosen(arguments: &[String]) -> anyhow::Result<Vec<(&'static Group, usize)>> {
    let mut usual = None;
    let mut chosen: Vec<(&Group, usize)> = Vec::new();
    for argument in arguments {
        match (argument.parse::<usize>(), chosen.last_mut()) {
            (Ok(0), _) => bail!("no rounds give no median"),
            (Ok(rounds), Some((_, its))) => *its = rounds,
            (Ok(rounds), None) => usual = Some(rounds),
            (Err(_), _) => {
                let group = GROUPS.iter().find(|group| group.name == argument).with_context(|| {
                    let names: Vec<_> = GROUPS.iter().map(|group| group.name).collect();
                    format!("no group {argument:?}; there are {}", names.join(", "))
                })?;
                chosen.push((group, usual.unwrap_or(group.rounds)));
            }
        }
    }
    if chosen.is_empty() {
        chosen = GROUPS.iter().map(|group| (group, usual.unwrap_or(group.rounds))).collect();
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(arguments: &[&str]) -> Vec<(&'static str, usize)> {
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let chosen = chosen(&arguments).expect("the groups are there");
        chosen.into_iter().map(|(group, rounds)| (group.name, rounds)).collect()
    }

    #[test]
    fn a_number_is_for_the_group_before_it_or_for_all() {
        assert_eq!(names(&["heap", "3", "waiting"]), [("heap", 3), ("waiting", waiting::GROUP.rounds)]);
        assert_eq!(names(&["7", "heap", "idle", "2"]), [("heap", 7), ("idle", 2)]);
        let all = |rounds: fn(&Group) -> usize| -> Vec<_> {
            GROUPS.iter().map(|group| (group.name, rounds(group))).collect()
        };
        assert_eq!(names(&["7"]), all(|_| 7));
        assert_eq!(names(&[]), all(|group| group.rounds));
    }

    #[test]
    fn an_unknown_group_is_told_of() {
        assert!(chosen(&["heaps".to_owned()]).is_err());
    }
}
