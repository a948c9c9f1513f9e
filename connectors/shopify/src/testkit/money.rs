//! Money in whole smallest units, and how each API writes it.

/// `12345` with 2 decimals is `123.45`.
pub(super) fn rest(minor: i64, decimals: u32) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let digits = minor.unsigned_abs().to_string();
    let width = usize::try_from(decimals).unwrap_or(0) + 1;
    let digits = format!("{digits:0>width$}");
    let (whole, part) = digits.split_at(digits.len() + 1 - width);
    match part {
        "" => format!("{sign}{whole}"),
        part => format!("{sign}{whole}.{part}"),
    }
}

/// GraphQL leaves trailing zeros out, but for one: `10.0`.
pub(super) fn graphql(minor: i64, decimals: u32) -> String {
    let text = rest(minor, decimals);
    match text.split_once('.') {
        None => format!("{text}.0"),
        Some((whole, part)) => match part.trim_end_matches('0') {
            "" => format!("{whole}.0"),
            part => format!("{whole}.{part}"),
        },
    }
}

/// `amount` times `numerator` by `denominator`, rounded half up. For amounts that are not negative.
pub(super) fn scaled(amount: i64, numerator: i64, denominator: i64) -> i64 {
    let (amount, numerator, denominator) =
        (i128::from(amount), i128::from(numerator), i128::from(denominator.max(1)));
    i64::try_from((2 * amount * numerator + denominator) / (2 * denominator)).unwrap_or(i64::MAX)
}

/// Splits what the rate takes of the sum of `bases` over them: rounded once for the sum, then by largest remainder, so that the parts add
/// up to the whole.
pub(super) fn allocated(bases: &[i64], numerator: i64, denominator: i64) -> Vec<i64> {
    let whole = scaled(bases.iter().sum(), numerator, denominator);
    let exact: Vec<(i128, i128)> = bases
        .iter()
        .map(|base| {
            let product = i128::from(*base) * i128::from(numerator);
            (product / i128::from(denominator.max(1)), product % i128::from(denominator.max(1)))
        })
        .collect();
    let mut parts: Vec<i64> =
        exact.iter().map(|(part, _)| i64::try_from(*part).unwrap_or(i64::MAX)).collect();
    let mut order: Vec<usize> = (0..bases.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(exact.get(*at).map(|(_, rest)| *rest)));
    let left = usize::try_from(whole - parts.iter().sum::<i64>()).unwrap_or(0);
    for at in order.into_iter().take(left) {
        if let Some(part) = parts.get_mut(at) {
            *part += 1;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings() {
        for (minor, decimals, in_rest, in_graphql) in [
            (12345, 2, "123.45", "123.45"),
            (1000, 2, "10.00", "10.0"),
            (5, 2, "0.05", "0.05"),
            (500, 0, "500", "500.0"),
            (-110, 2, "-1.10", "-1.1"),
        ] {
            assert_eq!(rest(minor, decimals), in_rest);
            assert_eq!(graphql(minor, decimals), in_graphql);
        }
    }

    #[test]
    fn parts_add_up_to_the_rounded_whole() {
        let bases = [333, 333, 334, 1];
        let parts = allocated(&bases, 82_500, 1_000_000);
        assert_eq!(parts.iter().sum::<i64>(), scaled(1001, 82_500, 1_000_000));
        assert_eq!(scaled(1001, 82_500, 1_000_000), 83);
    }
}
