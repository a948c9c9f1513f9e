//! VAT numbers of the European Union that may be the number of a person: their checks know birthdays.

use super::checks::{Checked, Wrong, checked, day, digits, formed, last, luhn, number, pair, weighted};

/// Nine digits of a business, or ten of a citizen, a foreigner, or another taxpayer.
pub(super) fn bulgaria(text: &str) -> Checked {
    if text.len() == 9 {
        let digits = digits::<9>(text)?;
        let check = match weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11 {
            10 => weighted(&digits, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10,
            check => check,
        };
        return checked(check == last(&digits));
    }
    let digits = digits::<10>(text)?;
    let check = last(&digits);
    // The month tells the century: 20 more is the nineteenth, 40 more the twenty-first.
    let (year, month) = match pair(&digits, 2) {
        month @ 41.. => (2000, month - 40),
        month @ 21..=40 => (1800, month - 20),
        month => (1900, month),
    };
    let born = day(year + pair(&digits, 0), month, pair(&digits, 4));
    let citizen = born && weighted(&digits, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == check;
    let foreigner = weighted(&digits, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == check;
    let other = (11 - weighted(&digits, &[4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == check;
    checked(citizen || foreigner || other)
}

/// Eight digits of a business, nine with a 6 before of a person without birth number, or a birth number.
pub(super) fn czechia(text: &str) -> Checked {
    match text.len() {
        8 => {
            let digits = digits::<8>(text)?;
            formed(!text.starts_with('9'))?;
            let check = match (11 - weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) % 11) % 11 {
                0 => 1,
                check => check % 10,
            };
            checked(check == last(&digits))
        }
        9 if text.starts_with('6') => {
            let digits = digits::<9>(text)?;
            let sum = weighted(&digits, &[0, 8, 7, 6, 5, 4, 3, 2]) % 11;
            checked((8 - (10 - sum) % 11).rem_euclid(10) == last(&digits))
        }
        _ => birth_number(text),
    }
}

/// A tax number, or a birth number.
pub(super) fn slovakia(text: &str) -> Checked {
    let digits = digits::<10>(text)?;
    if birth_number(text).is_ok() {
        return Ok(());
    }
    formed(!text.starts_with('0') && matches!(digits.get(2), Some(2 | 3 | 4 | 7 | 8 | 9)))?;
    checked(number(text) % 11 == 0)
}

/// The birth number of Czechia and Slovakia: nine digits until 1953, ten since, the last of which checks.
fn birth_number(text: &str) -> Checked {
    let digits: Vec<i64> = match text.len() {
        9 => digits::<9>(text)?.to_vec(),
        _ => digits::<10>(text)?.to_vec(),
    };
    // Women have 50 more in the month, and when a day's numbers ran out, 20 more.
    let month = pair(&digits, 2) % 50 % 20;
    let year = match (digits.len(), 1900 + pair(&digits, 0)) {
        (9, year @ 1980..) => year - 100,
        (9, 1954..) => return Err(Wrong::Form),
        (10, year @ ..1954) => year + 100,
        (_, year) => year,
    };
    formed(day(year, month, pair(&digits, 4)))?;
    match text.split_at_checked(9) {
        Some((body, check)) if !check.is_empty() => checked(number(body) % 11 % 10 == number(check)),
        _ => Ok(()),
    }
}

/// A citizen, a foreigner, a foreigner or child without number (K, L, M), or a business.
pub(super) fn spain(text: &str) -> Checked {
    let form = || Wrong::Form;
    let (head, tail) = text.split_at_checked(1).ok_or_else(form)?;
    let (middle, end) = tail.split_at_checked(7).ok_or_else(form)?;
    let middle_digits = digits::<7>(middle)?;
    formed(end.len() == 1)?;
    let letter = |number: i64| {
        let place = usize::try_from(number % 23).unwrap_or_default();
        "TRWAGMYFPDXBNJZSQVHLCKE".get(place..=place)
    };
    match head {
        "K" | "L" | "M" => checked(letter(number(middle)) == Some(end)),
        "X" => checked(letter(number(middle)) == Some(end)),
        "Y" => checked(letter(10_000_000 + number(middle)) == Some(end)),
        "Z" => checked(letter(20_000_000 + number(middle)) == Some(end)),
        _ if head.bytes().all(|byte| byte.is_ascii_digit()) => {
            checked(letter(number(head) * 10_000_000 + number(middle)) == Some(end))
        }
        _ if "ABCDEFGHJNPQRSUVW".contains(head) => {
            let right = (0..10).find(|check| {
                let mut digits = middle_digits.to_vec();
                digits.push(*check);
                luhn(&digits)
            });
            let place = usize::try_from(right.unwrap_or_default()).unwrap_or_default();
            // Which kind of business ends in a letter and which in a digit, sources do not agree on.
            checked(right == Some(number(end)) || "JABCDEFGHI".get(place..=place) == Some(end))
        }
        _ => Err(Wrong::Form),
    }
}

/// A business begins with 4 or more; a person's number holds the birthday, since 2017 it begins with 32 and does not.
pub(super) fn latvia(text: &str) -> Checked {
    let digits = digits::<11>(text)?;
    if text.as_bytes().first().is_some_and(|first| *first > b'3') {
        return checked(weighted(&digits, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3);
    }
    if !text.starts_with("32") {
        let century = 1800 + 100 * digits.get(6).copied().unwrap_or_default();
        formed(day(century + pair(&digits, 4), pair(&digits, 2), pair(&digits, 0)))?;
    }
    checked((1 + weighted(&digits, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10 == last(&digits))
}

/// Two to ten digits of a business, or thirteen of a person.
pub(super) fn romania(text: &str) -> Checked {
    if text.len() == 13 {
        let digits = digits::<13>(text)?;
        let century = match digits.first() {
            Some(3 | 4) => 1800,
            Some(5 | 6) => 2000,
            _ => 1900,
        };
        let county = pair(&digits, 7);
        let known = matches!(county, 1..=48 | 51 | 52 | 70 | 80..=83);
        formed(
            !text.starts_with('0')
                && known
                && day(century + pair(&digits, 1), pair(&digits, 3), pair(&digits, 5)),
        )?;
        let check = match weighted(&digits, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11 {
            10 => 1,
            check => check,
        };
        return checked(check == last(&digits));
    }
    formed(matches!(text.len(), 2..=10) && !text.starts_with('0'))?;
    let digits = digits::<10>(&format!("{text:0>10}"))?;
    checked(10 * weighted(&digits, &[7, 5, 3, 2, 1, 7, 5, 3, 2]) % 11 % 10 == last(&digits))
}
