//! The arrays of C strings that `execve` takes: arguments, and the environment.

use std::ffi::CStr;
use std::io;
use std::marker::PhantomData;
use std::os::unix::ffi::OsStrExt;
use std::ptr;

use super::this;

unsafe extern "C" {
    /// The environment as the C library keeps it (environ(7)).
    static environ: *const *const libc::c_char;
}

/// C strings, and the null-terminated array of pointers to them.
pub(crate) struct Strings<'a> {
    pointers: Vec<*const libc::c_char>,
    /// Those that are copies, one behind the other.
    _copies: Vec<u8>,
    borrows: PhantomData<&'a CStr>,
}

impl<'a> Strings<'a> {
    /// Copies of the strings.
    ///
    /// # Errors
    ///
    /// If a string holds a null byte, which no argument can.
    pub(crate) fn copied<S: AsRef<[u8]>>(strings: impl Iterator<Item = S>) -> io::Result<Strings<'a>> {
        let mut copies = Vec::with_capacity(4096);
        let mut starts = Vec::with_capacity(64);
        for string in strings {
            let string = string.as_ref();
            if string.contains(&0) {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "it holds a null byte"));
            }
            starts.push(copies.len());
            copies.extend_from_slice(string);
            copies.push(0);
        }
        let pointers = starts.into_iter().map(|start| copies[start..].as_ptr().cast());
        let pointers = pointers.chain([ptr::null()]).collect();
        Ok(Strings { pointers, _copies: copies, borrows: PhantomData })
    }

    /// The environment of this process with one more variable, `NAME=value`, in place of any other of that name.
    pub(crate) fn environment_with(variable: &'a CStr) -> io::Result<Strings<'a>> {
        let name_length = variable.to_bytes().iter().position(|&byte| byte == b'=').map_or(0, |at| at + 1);
        let name = &variable.to_bytes()[..name_length];
        let mut strings = if this::is_alone_by_unshare() == Some(true) {
            // SAFETY: this is the only thread, so nobody changes the environment while it is read.
            unsafe { Strings::environment_borrowed(name) }
        } else {
            // Another thread may change the environment, and the standard library has the lock for that.
            let variables = std::env::vars_os().filter(|(key, _)| key.as_bytes() != &name[..name_length - 1]);
            Strings::copied(variables.map(|(key, value)| [key.as_bytes(), b"=", value.as_bytes()].concat()))?
        };
        strings.pointers.insert(0, variable.as_ptr());
        Ok(strings)
    }

    /// The environment where it lies, without the variable whose name and equals sign these are. Copying some forty
    /// variables takes as long as a thousand system calls.
    ///
    /// # Safety
    /// Nothing may change the environment as long as the value is in use.
    unsafe fn environment_borrowed(name: &[u8]) -> Strings<'a> {
        let mut pointers = Vec::with_capacity(64);
        // SAFETY: `environ` is null, or an array of C strings that ends with a null pointer; the caller promises that
        // nobody changes it.
        unsafe {
            let mut next = environ;
            while !next.is_null() && !(*next).is_null() {
                if !CStr::from_ptr(*next).to_bytes().starts_with(name) {
                    pointers.push(*next);
                }
                next = next.add(1);
            }
        }
        pointers.push(ptr::null());
        Strings { pointers, _copies: Vec::new(), borrows: PhantomData }
    }

    /// What `execve` takes.
    pub(crate) fn as_ptr(&self) -> *const *const libc::c_char {
        self.pointers.as_ptr()
    }
}
