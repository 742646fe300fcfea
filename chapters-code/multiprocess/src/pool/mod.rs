//! A pool of worker processes: tasks in, results out, and a worker that dies costs one task.

mod crew;
mod desk;
mod face;
mod feed;
mod frame;
mod job;
mod results;
mod shared;
mod worker;

pub use face::{Builder, Pool};
pub use results::{AsyncResult, Imap};
pub use worker::time_left;
