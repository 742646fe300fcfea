//! The key that the processes of a program share.

use std::fmt;

/// 32 random bytes with which a process can prove to another that both belong to one program.
///
/// A process proves that it has the key by computing something from it, and never by sending it. So the key cannot be
/// serialized or printed. The counterpart of Python's
/// [`Process.authkey`](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process.authkey).
///
/// ```
/// use multiprocess::current_process;
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let key = current_process().authkey()?;
/// assert_eq!(format!("{key:?}"), "AuthKey(32 bytes, not shown)");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AuthKey(pub(super) [u8; 32]);

impl AuthKey {
    /// The key's bytes, to compute a proof from.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for AuthKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthKey(32 bytes, not shown)")
    }
}
