//! What a process is called, by itself and by `ps`; whose child it is; and what it shares with its family.

use std::collections::BTreeSet;

use crate::common::program;
use crate::methods::{Method, every_method};

/// The line that the program prints for a child of that name, whose `comm` the kernel cuts short. A child has the arguments
/// that its parent was started with, the program's path among them.
fn seen(method: Method, name: &str, comm: &str, arg: &str) -> String {
    let argv0 = env!("CARGO_BIN_EXE_names");
    // In the kernel's eyes the parent is the server, where there is one.
    let own = method != Method::Forkserver;
    format!(
        "Ok((Seen {{ name: {name:?}, comm: {comm:?}, argv: [{argv0:?}, {arg:?}], parent: (\"MainProcess\", {own}) }}, \
         true))"
    )
}

#[test]
fn ps_shows_the_name_and_the_arguments_of_the_parent() {
    every_method(|method| {
        for (name, comm) in [
            ("worker", "worker"),
            ("", ""),
            ("fifteen-bytes-x", "fifteen-bytes-x"),
            ("a name of over fifteen bytes", "a name of over "),
            ("fourteen-bytesé", "fourteen-bytes"),
            ("进程一二三四五", "进程一二三"),
            ("with (parens) \"", "with (parens) \""),
        ] {
            program!("names")
                .arg(name)
                .run()
                .prints(&[&format!("{name:?}"), &seen(method, name, comm, name)]);
        }
    })
}

#[test]
fn without_a_name_a_child_is_called_by_its_number() {
    every_method(|method| {
        program!("names")
            .arg("default")
            .run()
            .prints(&["\"Process-1\"", &seen(method, "Process-1", "Process-1", "default")]);
    })
}

#[test]
fn a_name_with_a_null_byte_is_an_error_of_the_start() {
    every_method(|_| {
        program!("names")
            .arg("nul")
            .run()
            .prints(&["NameRefused: a process cannot have this name: it holds a null byte"]);
    })
}

#[test]
fn children_are_counted_in_each_process() {
    every_method(|_| {
        program!("names_are_counted").run().prints(&[
            r#"Ok(["Process-1"])"#,
            r#"Ok(["mine"])"#,
            concat!(
                r#"Ok(["Process-3", "Process-3:1", "Process-3:1:1", "Process-3:1:2", "#,
                r#""Process-3:2", "Process-3:2:1", "Process-3:2:2"])"#,
            ),
        ]);
    })
}

#[test]
fn processes_nest() {
    every_method(|_| {
        program!("nests").run().prints(&[
            r#"Ok("MainProcess > Process-1 | Process-1 > Process-1:1 | Process-1:1 > Process-1:1:1")"#,
        ]);
    })
}

#[test]
fn the_authkey_is_the_familys_and_differs_between_two_runs() {
    every_method(|_| {
        let keys = || {
            let lines = program!("authkeys").run().lines();
            let [main, child, grandchild, shown, process] = &lines[..] else { panic!("{lines:?}") };
            assert_eq!((main, main), (child, grandchild));
            assert_eq!(shown, "AuthKey(32 bytes, not shown)");
            assert!(!process.contains(main.trim_matches(['[', ']'])));
            main.clone()
        };
        let bytes =
            |key: &str| key.trim_matches(['[', ']']).split(", ").map(str::to_owned).collect::<Vec<_>>();
        let (one, other) = (keys(), keys());
        assert_ne!(one, other);
        assert_eq!(bytes(&one).len(), 32);
        assert!(bytes(&one).iter().collect::<BTreeSet<_>>().len() > 8, "they look random: {one}");
    })
}
