//! The tables in `data/`: lines of fields with tabs between them, sorted by the first.

/// The rows of a table. A row that is too short has empty fields at its end.
pub(super) fn rows<const N: usize>(text: &'static str) -> Vec<[&'static str; N]> {
    let row = |line: &'static str| {
        let mut fields = line.split('\t');
        std::array::from_fn(|_| fields.next().unwrap_or_default())
    };
    text.lines().map(row).collect()
}

/// The row of a code.
pub(super) fn find<'t, const N: usize>(
    rows: &'t [[&'static str; N]],
    code: &str,
) -> Option<&'t [&'static str; N]> {
    let key = |row: &[&'static str; N]| row.first().copied().unwrap_or_default();
    let place = rows.binary_search_by(|row| key(row).cmp(code)).ok()?;
    rows.get(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_whole() {
        for (text, fields, least) in [
            (include_str!("../../data/countries.tsv"), 4, 249),
            (include_str!("../../data/subdivisions.tsv"), 2, 200),
            (include_str!("../../data/currencies.tsv"), 4, 184),
            (include_str!("../../data/iban.tsv"), 2, 89),
            (include_str!("../../data/languages.tsv"), 2, 183),
            (include_str!("../../data/units.tsv"), 5, 2542),
        ] {
            let codes: Vec<&str> = text.lines().filter_map(|line| line.split('\t').next()).collect();
            assert_eq!(codes.len(), least);
            assert!(codes.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(text.lines().all(|line| line.split('\t').count() == fields));
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let rows = rows::<2>("A\tone\nC\tthree\n");
        assert_eq!(find(&rows, "C"), Some(&["C", "three"]));
        assert_eq!(find(&rows, "B"), None);
    }
}
