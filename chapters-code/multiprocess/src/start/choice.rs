//! Which start method processes have that name none.

use crate::bootstrap::{Me, expect_me};
use crate::error::StartError;
use crate::method::StartMethod;

/// Chooses the start method for all processes that do not name one, in this process and in those that it starts.
///
/// The counterpart of Python's `set_start_method`.
///
/// # Errors
///
/// [`StartError::StartMethodChosen`] if it has been chosen before, because a library must not change what the program decided.
/// [`StartError::NotInitialized`] and [`StartError::InitRefused`] as for a start.
///
/// # Examples
///
/// ```
/// use multiprocess::{StartError, StartMethod, set_start_method};
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     set_start_method(StartMethod::spawn())?;
///     let again = set_start_method(StartMethod::forkserver());
///     assert!(matches!(again, Err(StartError::StartMethodChosen { chosen: "spawn" })));
///     Ok(())
/// }
/// ```
pub fn set_start_method(method: StartMethod) -> Result<(), StartError> {
    let mut chosen = expect_me()?.chosen();
    match *chosen {
        Some(before) => Err(StartError::StartMethodChosen { chosen: before.name() }),
        None => {
            *chosen = Some(method);
            Ok(())
        }
    }
}

/// Chooses the start method even if it has been chosen before. The counterpart of Python's `set_start_method` with `force`.
///
/// # Errors
///
/// [`StartError::NotInitialized`] and [`StartError::InitRefused`] as for a start.
///
/// # Examples
///
/// See [`set_start_method`].
pub fn force_start_method(method: StartMethod) -> Result<(), StartError> {
    *expect_me()?.chosen() = Some(method);
    Ok(())
}

/// The method for a process that names none.
pub(crate) fn chosen(me: &Me) -> StartMethod {
    me.chosen().unwrap_or_default()
}
