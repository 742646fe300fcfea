//! The name an author most likely meant.

/// The candidate most like `wanted`, or nothing when there are no candidates.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(wanted, candidate), candidate))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_swapped_letter_finds_its_word() {
        assert_eq!(nearest("helol", ["by_hand", "hello", "memory"]), Some("hello"));
        assert_eq!(nearest("x", []), None);
    }
}
