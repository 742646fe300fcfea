//! Where a thread shows that it is at a task. The place is a lock that the thread holds until the task is done, so the kernel shows
//! when the thread has ended.

use crate::sys::robust::Robust;
use crate::sys::shared::shared_struct;

shared_struct! {
    #[repr(align(64))]
    pub(super) struct Place {
        pub(super) lock: Robust,
    }
}
