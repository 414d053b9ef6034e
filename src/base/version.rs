//! Versions as numbers between dots.

/// The numbers of a version, `18.0.1.0.0` as 18, 0, 1, 0, 0; none where a part is no whole number.
pub fn numbers(version: &str) -> Option<Vec<i64>> {
    version.split('.').map(|part| part.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number_and_a_longer_one_is_later() {
        assert!(numbers("18.0.1.10.0") > numbers("18.0.1.9.0"));
        assert!(numbers("18.0") < numbers("18.0.0"));
        assert_eq!(numbers("18.0.1.x"), None);
        assert_eq!(numbers(""), None);
    }
}
