//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{End, any_order, check, exact};

#[test]
fn photo_crashes_its_worker() {
    check!("photo_crashes_its_worker", exact());
}

/// The pool hands the task to no other worker, so its result never comes.
#[test]
fn photo_crashes_its_worker_in_python() {
    check!("photo_crashes_its_worker.py", exact().ends([End::Deadline]));
}

#[test]
fn photos_fail_differently() {
    check!("photos_fail_differently", exact());
}

#[test]
fn photos_fail_differently_in_python() {
    check!("photos_fail_differently.py", exact());
}

#[test]
fn guests_pay() {
    check!("guests_pay", exact());
}

#[test]
fn hunt_runs_in_circles() {
    check!(
        "hunt_runs_in_circles",
        exact().but_not_guaranteed(
            "on a busy machine, a short hunt can exceed its limit, too"
        )
    );
}

/// The only worker stays in its circle.
#[test]
fn hunt_runs_in_circles_in_python() {
    check!("hunt_runs_in_circles.py", exact().ends([End::Deadline]));
}

#[test]
fn hunt_gives_up() {
    check!(
        "hunt_gives_up",
        exact().but_not_guaranteed(
            "on a busy machine, a short hunt can exceed its limit, too"
        )
    );
}

#[test]
fn map_too_large() {
    check!("map_too_large", exact());
}

#[test]
fn averages_lost_at_night() {
    check!("averages_lost_at_night", exact().ends([End::Exit(1)]));
}

#[test]
fn averages_kept_at_night() {
    check!("averages_kept_at_night", exact());
}

#[test]
fn hunt_interrupted() {
    check!("hunt_interrupted", exact().ends([End::Exit(130)]));
}

#[test]
fn words_counted_meanwhile() {
    check!("words_counted_meanwhile", exact());
}

#[test]
fn words_counted_meanwhile_in_python() {
    check!("words_counted_meanwhile.py", exact());
}

#[test]
fn count_not_in_time() {
    check!("count_not_in_time", exact());
}

#[test]
fn pool_left_alone() {
    check!(
        "pool_left_alone",
        exact().but_not_guaranteed(
            "on a busy machine, the thread may need longer than the cover"
        )
    );
}

#[test]
fn pool_left_alone_in_python() {
    check!(
        "pool_left_alone.py",
        exact().but_not_guaranteed(
            "on a busy machine, the pool may need longer than the cover"
        )
    );
}

#[test]
fn chapters_as_they_come() {
    check!("chapters_as_they_come", any_order());
}

#[test]
fn chapters_as_they_come_in_python() {
    check!("chapters_as_they_come.py", any_order());
}

#[test]
fn chapters_with_a_bar() {
    check!("chapters_with_a_bar", exact());
}

/// 42 is the lowest key that opens the door. While two workers have tasks of a millisecond each, `imap` takes at most sixteen items for
/// each result that it has not handed out.
#[test]
fn key_to_the_little_door() {
    check!("key_to_the_little_door", exact());
}

#[test]
fn key_to_the_little_door_in_python() {
    check!(
        "key_to_the_little_door.py",
        exact().but_not_guaranteed(
            "it depends on how fast the pool's thread takes keys"
        )
    );
}

#[test]
fn words_of_each_chapter() {
    check!("words_of_each_chapter", exact());
}

#[test]
fn words_of_each_chapter_in_python() {
    check!("words_of_each_chapter.py", exact());
}

#[test]
fn characters_by_chapter() {
    check!("characters_by_chapter", exact());
}

#[test]
fn queen_is_absent() {
    check!("queen_is_absent", exact());
}

#[test]
fn queen_is_absent_in_python() {
    check!("queen_is_absent.py", exact());
}

#[test]
fn a_task_for_each_word() {
    let why = "how long each way takes depends on the machine";
    check!("a_task_for_each_word", exact().but_not_guaranteed(why));
}

#[test]
fn a_task_for_each_word_in_python() {
    let why = "how long each way takes depends on the machine";
    check!("a_task_for_each_word.py", exact().but_not_guaranteed(why));
}

#[test]
fn chapters_proofread() {
    let why = "how long each way takes depends on the machine";
    check!("chapters_proofread", exact().but_not_guaranteed(why));
}

#[test]
fn pi_in_blocks() {
    check!("pi_in_blocks", exact());
}

#[test]
fn pi_in_blocks_in_python() {
    check!("pi_in_blocks.py", exact());
}

#[test]
fn pi_by_any_crew() {
    check!("pi_by_any_crew", exact());
}

#[test]
fn pi_checked_meanwhile() {
    check!("pi_checked_meanwhile", exact());
}

#[test]
fn words_of_a_book() {
    check!("words_of_a_book", exact());
}

#[test]
fn only_ten_of_each() {
    check!("only_ten_of_each", exact());
}

#[test]
fn counts_merged_in_pairs() {
    check!("counts_merged_in_pairs", exact());
}

#[test]
fn tariff_read_once() {
    check!("tariff_read_once", exact());
}

#[test]
fn parcels_priced_in_place() {
    check!("parcels_priced_in_place", exact());
}

#[test]
fn parcels_numbered() {
    check!("parcels_numbered", exact());
}

#[test]
fn cook_dies_at_the_third() {
    check!("cook_dies_at_the_third", exact());
}

#[test]
fn words_of_a_book_in_python() {
    check!("words_of_a_book.py", exact());
}

#[test]
fn tariff_read_once_in_python() {
    check!("tariff_read_once.py", exact());
}
