//! Messages that show when one of them is missing, comes twice, or is torn.

use anyhow::ensure;

const NUMBER: usize = size_of::<u64>();

/// A message without a number yet: bytes that differ from their neighbors. It has room for a number at each end.
pub(super) fn blank(size: usize) -> Vec<u8> {
    (0..size).map(|at| (at % 251) as u8).collect()
}

/// Writes a number at both ends.
pub(super) fn number(message: &mut [u8], number: u64) {
    let bytes = number.to_le_bytes();
    let last = message.len() - NUMBER;
    message[..NUMBER].copy_from_slice(&bytes);
    message[last..].copy_from_slice(&bytes);
}

/// The number of a message of that size, if both ends have the same one.
pub(super) fn number_of(message: &[u8], size: usize) -> anyhow::Result<u64> {
    ensure!(message.len() == size, "{} bytes in place of {size}", message.len());
    let at = |start: usize| {
        let bytes = message[start..start + NUMBER].try_into().expect("as many bytes as a number has");
        u64::from_le_bytes(bytes)
    };
    let (first, last) = (at(0), at(size - NUMBER));
    ensure!(first == last, "the beginning of message {first}, and the end of message {last}");
    Ok(first)
}

/// Makes sure that this is the message of that number. Looks at its ends, which takes no time, however long it is.
pub(super) fn check(message: &[u8], size: usize, expected: u64) -> anyhow::Result<()> {
    let number = number_of(message, size)?;
    ensure!(number == expected, "message {number} in place of {expected}");
    Ok(())
}

/// Makes sure that no byte of a message is wrong.
pub(super) fn check_all(message: &[u8], size: usize) -> anyhow::Result<()> {
    let mut expected = blank(size);
    number(&mut expected, number_of(message, size)?);
    ensure!(message == expected, "a byte of the message is wrong");
    Ok(())
}
