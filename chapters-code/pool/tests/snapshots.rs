//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{check, exact};

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
