//! Copying memory that other threads are writing to.
//!
//! A plain copy of such memory is undefined behavior. Here the bytes are moved by an instruction that the compiler knows nothing
//! about, as if another process did it.

/// Copies bytes. Those that others write meanwhile are old or new.
///
/// # Safety
/// Both ranges must be mapped, and must not overlap.
#[cfg(target_arch = "x86_64")]
pub(super) unsafe fn copy(from: *const u8, to: *mut u8, count: usize) {
    // SAFETY: the instruction copies that many bytes upward (the direction flag is clear on entry), and changes these three
    // registers. Processors since 2013 copy whole cache lines with it.
    unsafe {
        std::arch::asm!(
            "rep movsb",
            inout("rsi") from => _,
            inout("rdi") to => _,
            inout("rcx") count => _,
            options(nostack, preserves_flags),
        );
    }
}

/// As above.
///
/// # Safety
/// As above.
#[cfg(not(target_arch = "x86_64"))]
pub(super) unsafe fn copy(from: *const u8, to: *mut u8, count: usize) {
    // SAFETY: the caller's promise is the one asked for.
    unsafe { copy_by_words(from, to, count) };
}

/// Copies word by word where both ends are aligned, and byte by byte elsewhere.
///
/// # Safety
/// As for [`copy`].
#[cfg(any(test, not(target_arch = "x86_64")))]
unsafe fn copy_by_words(from: *const u8, to: *mut u8, count: usize) {
    use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering::Relaxed};
    const WORD: usize = size_of::<usize>();
    let mut at = 0;
    while at < count {
        // SAFETY: the place is in both ranges, which the caller promises to be mapped; a word is taken only where both ends are
        // aligned and have so many bytes left. The operations are atomic.
        unsafe {
            let (from, to) = (from.add(at).cast_mut(), to.add(at));
            if count - at >= WORD && from.addr() % WORD == 0 && to.addr() % WORD == 0 {
                let word = AtomicUsize::from_ptr(from.cast()).load(Relaxed);
                AtomicUsize::from_ptr(to.cast()).store(word, Relaxed);
                at += WORD;
            } else {
                AtomicU8::from_ptr(to).store(AtomicU8::from_ptr(from).load(Relaxed), Relaxed);
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_at_every_alignment_is_copied() {
        let from: Vec<u8> = (0..64).collect();
        for (start, end, shift) in (0..9)
            .flat_map(|start| (0..9).flat_map(move |shift| (start..64).map(move |end| (start, end, shift))))
        {
            for copy in [copy, copy_by_words] {
                let mut to = [255; 80];
                // SAFETY: both ranges are inside.
                unsafe { copy(from[start..].as_ptr(), to[shift..].as_mut_ptr(), end - start) };
                let length = end - start;
                assert_eq!(to[shift..shift + length], from[start..end]);
                assert!(to[..shift].iter().chain(&to[shift + length..]).all(|&byte| byte == 255));
            }
        }
    }
}
