//! What a test says of a listing: how to run it, and what every run of it promises.

use std::{ffi::OsString, time::Duration};

use supervisor::end::End;

use crate::promise::{Order, Promise};

/// A promise, with how to run the listing that is to keep it. Made by [`exact`] or [`any_order`].
#[derive(Clone, Debug)]
#[must_use]
pub struct Trial {
    pub(crate) promise: Promise,
    pub(crate) within: Duration,
    pub(crate) args: Vec<OsString>,
}

/// Every run writes the same, and ends with exit code 0.
pub fn exact() -> Trial {
    Trial::new(Order::Exact)
}

/// Every run writes the same lines, in any order, and ends with exit code 0.
pub fn any_order() -> Trial {
    Trial::new(Order::Any { before: vec![] })
}

impl Trial {
    fn new(order: Order) -> Trial {
        let promise = Promise { order, ends: vec![End::Exit(0)], not_guaranteed: None };
        Trial { promise, within: Duration::from_secs(10), args: vec![] }
    }

    /// Each line equal to `first` comes before each line equal to `second`, both as the record has them.
    ///
    /// # Panics
    ///
    /// After [`exact`], which leaves no order open.
    pub fn before(mut self, first: impl Into<String>, second: impl Into<String>) -> Trial {
        match &mut self.promise.order {
            Order::Any { before } => before.push((first.into(), second.into())),
            Order::Exact => panic!("`exact()` fixes the order already: `before` belongs to `any_order()`"),
        }
        self
    }

    /// The run ends in one of these ways, in place of exit code 0.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn ends(mut self, ends: impl IntoIterator<Item = End>) -> Trial {
        self.promise.ends = ends.into_iter().collect();
        assert!(!self.promise.ends.is_empty(), "a run has to end in some way");
        self
    }

    /// Every run of ours keeps the promise, and so must every run that is checked, but nothing guarantees it. The reason is a
    /// clause that a reader sees after *Not guaranteed:*, such as `a sleeping thread may be woken late`.
    ///
    /// # Panics
    ///
    /// When the reason is not one line, or ends with a full stop, which the page adds.
    pub fn but_not_guaranteed(mut self, reason: &str) -> Trial {
        let is_clause = !reason.trim().is_empty() && reason == reason.trim() && !reason.contains('\n');
        assert!(is_clause && !reason.ends_with('.'), "a reason is one line without a full stop: {reason:?}");
        self.promise.not_guaranteed = Some(reason.to_owned());
        self
    }

    /// The deadline, in place of ten seconds.
    pub fn within(mut self, deadline: Duration) -> Trial {
        self.within = deadline;
        self
    }

    /// The arguments of the listing, of which there are none else.
    pub fn args(mut self, args: impl IntoIterator<Item: Into<OsString>>) -> Trial {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }
}
