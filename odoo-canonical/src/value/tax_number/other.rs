//! Tax numbers outside the European Union.

use super::checks::{Checked, Wrong, checked, digits, formed, number, weighted};

/// VAT numbers of Great Britain and Northern Ireland: nine digits, three more for a branch, or five characters of a
/// department (GD) or health authority (HA).
pub(super) fn great_britain(text: &str) -> Checked {
    match text.len() {
        5 => {
            let (office, rest) = text.split_at(2);
            digits::<3>(rest)?;
            formed(authority(office, number(rest)))
        }
        // Departments and authorities in trade with the Union: 8888, their number, two check digits.
        11 => {
            let (office, rest) = text.split_at(2);
            let rest = rest.strip_prefix("8888").ok_or(Wrong::Form)?;
            digits::<5>(rest)?;
            let (body, check) = rest.split_at(3);
            formed(authority(office, number(body)))?;
            checked(number(body) % 97 == number(check))
        }
        9 => standard(text),
        12 => {
            let (body, branch) = text.split_at(9);
            digits::<3>(branch)?;
            standard(body)
        }
        _ => Err(Wrong::Form),
    }
}

fn authority(office: &str, number: i64) -> bool {
    matches!((office, number), ("GD", 0..500) | ("HA", 500..1000))
}

fn standard(text: &str) -> Checked {
    let sum = weighted(&digits::<9>(text)?, &[8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97;
    // Numbers from 100 on may use the check of 2009, which is 55 more.
    let newer = number(text.get(..3).unwrap_or_default()) >= 100;
    checked(sum == 0 || newer && matches!(sum, 42 | 55))
}

/// The business number, and the word for VAT in one of the languages. The E of the prefix `CHE` comes in here.
pub(super) fn switzerland(text: &str) -> Checked {
    let rest = text.strip_prefix('E').ok_or(Wrong::Form)?;
    let (body, word) = rest.split_at_checked(9).ok_or(Wrong::Form)?;
    let digits = digits::<9>(body)?;
    formed(matches!(word, "MWST" | "TVA" | "IVA" | "TPV"))?;
    checked(weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 1]) % 11 == 0)
}

/// The number of the organisation, and `MVA`.
pub(super) fn norway(text: &str) -> Checked {
    let body = text.strip_suffix("MVA").ok_or(Wrong::Form)?;
    checked(weighted(&digits::<9>(body)?, &[3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0)
}

/// Fifteen digits that begin with 1; no check digit is published.
pub(super) fn emirates(text: &str) -> Checked {
    digits::<15>(text)?;
    formed(text.starts_with('1'))
}

/// Fifteen digits that begin and end with 3; no check digit is published.
pub(super) fn saudi_arabia(text: &str) -> Checked {
    digits::<15>(text)?;
    formed(text.starts_with('3') && text.ends_with('3'))
}

/// Nine digits, the first two of an office that gives numbers out (IRS, "Valid EIN prefixes").
pub(super) fn united_states(text: &str) -> Checked {
    digits::<9>(text)?;
    let office = number(text.get(..2).unwrap_or_default());
    formed(!matches!(office, 0 | 7..=9 | 17..=19 | 28 | 29 | 49 | 69 | 70 | 78 | 79 | 89 | 96 | 97))
}
