//! Why the tasks of a queue were not all done.

use std::io;

/// The tasks of a joinable queue were not all done.
///
/// ```
/// use std::time::Duration;
///
/// use multiprocess::TasksError;
/// use multiprocess::queue::joinable_queue;
///
/// fn main() -> multiprocess::Result<()> {
///     let (sender, _receiver) = joinable_queue(10)?;
///     sender.send("wash")?;
///     sender.send("dry")?;
///     let error = sender.join_timeout(Duration::from_millis(1)).expect_err("no process works");
///     assert!(matches!(error, TasksError::TimedOut { unfinished: 2 }));
///     Ok(())
/// }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum TasksError {
    /// Some tasks will never be done. They are not waited for any more: the next join waits for the others only.
    ///
    /// *What happened:* a process was killed, or a thread ended or panicked, while it had a task, or it dropped a task without
    /// calling `done`. No task waits in the queue, and no other one is at work. *How to see it:* join the receiving processes and
    /// look at how they ended. *How to fix it:* find out which results are missing, and send those tasks again.
    #[error("tasks were received and will never be done: {tasks}")]
    Abandoned {
        /// How many.
        tasks: u64,
    },

    /// Every receiver is gone, and tasks wait in the queue.
    ///
    /// *What happened:* each process that had a receiver has dropped it or has ended. *How to see it:* join the receiving processes
    /// and look at how they ended. *How to fix it:* keep a receiver in this process, and start new workers with it.
    #[error("every receiver is gone, and tasks are left that are not done: {unfinished}")]
    Disconnected {
        /// How many tasks are not done. It counts those that a receiver took and did not do.
        unfinished: u64,
    },

    /// Tasks were not done within the time limit.
    ///
    /// *What happened:* the receivers are at work, stopped, or do not receive. *How to see it:* `ps -o pid,stat,wchan` of the
    /// processes. *How to fix it:* wait longer, or receive in more processes.
    #[error("tasks were not done within the time limit: {unfinished}")]
    TimedOut {
        /// How many.
        unfinished: u64,
    },

    /// This thread has a task itself.
    ///
    /// *What happened:* it would have waited for itself forever. *How to see it:* a `Task` is still in scope. *How to fix it:* call
    /// its `done` first.
    #[error("this thread has a task of the queue itself, and would wait for itself")]
    OwnTask,

    /// What the processes share has been damaged.
    ///
    /// *What happened:* something has written to the shared memory that is not this library. *How to see it:* the reason says
    /// what is wrong. *How to fix it:* find the `unsafe` code or the foreign program that has the descriptor.
    #[error("the tasks cannot be waited for, because what the processes share is damaged: {reason}")]
    Damaged {
        /// What is wrong.
        reason: &'static str,
    },

    /// The operating system refused to wait.
    ///
    /// *What happened:* a sandbox refuses a system call. *How to see it:* step and source. *How to fix it:* allow the call.
    #[error("the tasks cannot be waited for: {step}")]
    System {
        /// The step that failed.
        step: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}
