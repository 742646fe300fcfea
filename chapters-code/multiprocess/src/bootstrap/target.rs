//! What can be started: plain functions, with arguments and a result that can be written as bytes.

use std::os::fd::OwnedFd;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::call::caught;
use crate::error::Refusal;
use crate::sys::function::{Callable, Calls, zero_sized};
use crate::wire::skips::skips_fields;
use crate::wire::{self, carried};

/// A function that a process can run: a `fn` item or a closure that captures nothing, called with the tuple `Args`.
///
/// Implemented for functions of up to twelve arguments. It cannot be implemented for other types.
///
/// ```
/// use multiprocess::{Process, Target};
///
/// /// Calls a function in a process of its own and waits for what it returns.
/// fn apart<F: Target<(u32,), Output = u32>>(target: F, number: u32) -> multiprocess::Result<u32> {
///     Ok(Process::new(target, (number,)).start()?.join()?)
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     assert_eq!(apart(|n| 2 * n, 21)?, 42);
///     Ok(())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a process's target with the arguments `{Args}`",
    label = "not a target for these arguments",
    note = "a target is a function, or a closure that captures nothing, that takes what the tuple holds, by value"
)]
pub trait Target<Args>: sealed::Sealed<Args> + Copy + Send + Sync + 'static {
    /// What it returns.
    type Output;

    /// Calls it.
    #[doc(hidden)]
    fn call(self, args: Args) -> Self::Output;
}

mod sealed {
    /// Keeps [`Target`](super::Target) to functions: a child makes the value anew from its type alone.
    pub trait Sealed<Args> {}
}

macro_rules! targets {
    ($($arg:ident)*) => {
        impl<F, Out, $($arg),*> sealed::Sealed<($($arg,)*)> for F
        where
            F: Fn($($arg),*) -> Out + Copy + Send + Sync + 'static,
        {
        }

        impl<F, Out, $($arg),*> Target<($($arg,)*)> for F
        where
            F: Fn($($arg),*) -> Out + Copy + Send + Sync + 'static,
        {
            type Output = Out;

            #[allow(non_snake_case, reason = "an argument is named as its type is")]
            fn call(self, ($($arg,)*): ($($arg,)*)) -> Out {
                self($($arg),*)
            }
        }
    };
}

targets!();
targets!(A);
targets!(A B);
targets!(A B C);
targets!(A B C D);
targets!(A B C D E);
targets!(A B C D E G);
targets!(A B C D E G H);
targets!(A B C D E G H I);
targets!(A B C D E G H I J);
targets!(A B C D E G H I J K);
targets!(A B C D E G H I J K L);
targets!(A B C D E G H I J K L M);

/// What stands for a target, which the compiler writes into the executable once for each kind of target.
pub(crate) fn describe<F, Args>() -> &'static Callable
where
    F: Target<Args, Output: Serialize>,
    Args: DeserializeOwned,
{
    struct Of<F, Args>(std::marker::PhantomData<(F, Args)>);

    impl<F, Args> Of<F, Args>
    where
        F: Target<Args, Output: Serialize>,
        Args: DeserializeOwned,
    {
        const CALLABLE: &'static Callable = &Callable::new::<F>(enter::<F, Args>, enter_many::<F, Args>);
    }

    Of::<F, Args>::CALLABLE
}

/// Runs the target `F` on arguments written as bytes.
#[expect(unsafe_code, reason = "a function has no bytes to send; the child makes the value anew")]
fn enter<F, Args>(arguments: &[u8], descriptors: Vec<OwnedFd>, buffer: Vec<u8>) -> Result<Vec<u8>, Refusal>
where
    F: Target<Args, Output: Serialize>,
    Args: DeserializeOwned,
{
    let arguments = carried::reading(descriptors, || wire::decode(arguments));
    let arguments = arguments.map_err(Refusal::ArgumentsUndecodable)?;
    // SAFETY: `Process::new` was given a value of `F` by the process that asks this one to call it.
    let target = unsafe { zero_sized::<F>() };
    let result = target.call(arguments);
    expect_whole(&result)?;
    written(carried::writing_without(|| wire::encode_into(&result, buffer)))
}

/// Runs the target `F` on the arguments of one call after the other.
#[expect(unsafe_code, reason = "a function has no bytes to send; the child makes the value anew")]
fn enter_many<'a, F, Args>(calls: &mut dyn Calls<'a>)
where
    F: Target<Args, Output: Serialize>,
    Args: DeserializeOwned,
{
    // SAFETY: as in `enter`.
    let target = unsafe { zero_sized::<F>() };
    while let Some(arguments) = calls.next() {
        let made = caught(|| {
            let arguments = wire::decode(arguments).map_err(Refusal::ArgumentsUndecodable)?;
            let result = target.call(arguments);
            expect_whole(&result)?;
            written(carried::writing_without(|| wire::encode_onto(&result, calls.results())))
        });
        calls.made(made);
    }
}

/// Refuses a result that would read back as another value, which debug builds find out.
fn expect_whole(result: &impl Serialize) -> Result<(), Refusal> {
    if cfg!(debug_assertions) && skips_fields(result) {
        return Err(Refusal::ResultNotSerializable(
            "a type in it skips fields (skip_serializing_if), so it would read back as another value"
                .to_owned(),
        ));
    }
    Ok(())
}

/// What was written of a result. The second value is true if it holds a descriptor.
fn written<T>(written: (Result<T, String>, bool)) -> Result<T, Refusal> {
    match written {
        (Ok(bytes), _) => Ok(bytes),
        (Err(_), true) => Err(Refusal::ResultHoldsDescriptor),
        (Err(error), false) => Err(Refusal::ResultNotSerializable(error)),
    }
}
