//! VAT numbers of the European Union that businesses have. Those that may hold a person's number are in `eu_person`.

use super::checks::{Checked, Wrong, checked, digits, formed, last, luhn, mod_11_10, number, pair, weighted};
use crate::value::bank::mod_97;

pub(super) fn austria(text: &str) -> Checked {
    let rest = text.strip_prefix('U').ok_or(Wrong::Form)?;
    let digits = digits::<8>(rest)?;
    // Luhn, shifted by four.
    let doubled = |digit: i64| digit * 2 / 10 + digit * 2 % 10;
    let sum: i64 = digits
        .iter()
        .take(7)
        .enumerate()
        .map(|(place, digit)| if place % 2 == 1 { doubled(*digit) } else { *digit })
        .sum();
    checked((10 - (sum + 4) % 10) % 10 == last(&digits))
}

pub(super) fn belgium(text: &str) -> Checked {
    let digits = digits::<10>(text)?;
    formed(digits.first().is_some_and(|first| *first < 2) && number(text) > 0)?;
    let (body, check) = text.split_at(8);
    checked((number(body) + number(check)) % 97 == 0)
}

pub(super) fn cyprus(text: &str) -> Checked {
    let (body, letter) = text.split_at_checked(8).ok_or(Wrong::Form)?;
    let digits = digits::<8>(body)?;
    let letter = letter.as_bytes();
    formed(matches!(letter, [b'A'..=b'Z']) && !body.starts_with("12"))?;
    let odd = |digit: i64| match digit {
        0 => 1,
        1 => 0,
        2..=4 => digit * 2 + 1,
        _ => digit * 2 + 3,
    };
    let sum: i64 = digits
        .iter()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { odd(*digit) } else { *digit })
        .sum();
    checked(letter.first().is_some_and(|letter| i64::from(letter - b'A') == sum % 26))
}

pub(super) fn germany(text: &str) -> Checked {
    let digits = digits::<9>(text)?;
    formed(!text.starts_with('0'))?;
    checked(mod_11_10(&digits))
}

pub(super) fn denmark(text: &str) -> Checked {
    let digits = digits::<8>(text)?;
    formed(!text.starts_with('0'))?;
    checked(weighted(&digits, &[2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0)
}

pub(super) fn estonia(text: &str) -> Checked {
    checked(weighted(&digits::<9>(text)?, &[3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 == 0)
}

pub(super) fn greece(text: &str) -> Checked {
    let digits = digits::<9>(text)?;
    checked(weighted(&digits, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == last(&digits))
}

pub(super) fn finland(text: &str) -> Checked {
    checked(weighted(&digits::<8>(text)?, &[7, 9, 10, 5, 8, 4, 2, 1]) % 11 == 0)
}

/// Two characters that check, then the SIREN. Both digits: the old way; a letter among them: the new one.
pub(super) fn france(text: &str) -> Checked {
    let (key, siren) = text.split_at_checked(2).ok_or(Wrong::Form)?;
    let siren_digits = digits::<9>(siren)?;
    // Monaco has numbers of its own, which begin with 000.
    if !siren.starts_with("000") {
        checked(luhn(&siren_digits))?;
    }
    let siren = number(siren);
    if key.bytes().all(|byte| byte.is_ascii_digit()) {
        return checked((siren * 100 + 12) % 97 == number(key));
    }
    // Letters without I and O count from 10.
    let value = |character: char| {
        "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ".find(character).and_then(|place| i64::try_from(place).ok())
    };
    let mut values = key.chars().map(value);
    let (Some(Some(first)), Some(Some(second))) = (values.next(), values.next()) else {
        return Err(Wrong::Form);
    };
    let check = if first < 10 { first * 24 + second - 10 } else { first * 34 + second - 100 };
    checked((siren + 1 + check / 11) % 11 == check % 11)
}

pub(super) fn croatia(text: &str) -> Checked {
    checked(mod_11_10(&digits::<11>(text)?))
}

pub(super) fn hungary(text: &str) -> Checked {
    checked(weighted(&digits::<8>(text)?, &[9, 7, 3, 1, 9, 7, 3, 1]) % 10 == 0)
}

/// Seven digits, a letter that checks, and since 2013 one more letter. Old numbers have a letter or sign in second place.
pub(super) fn ireland(text: &str) -> Checked {
    let characters: Vec<char> = text.chars().collect();
    let value = |character: &char| {
        "WABCDEFGHIJKLMNOPQRSTUV".find(*character).and_then(|place| i64::try_from(place).ok())
    };
    let digit = |character: &char| character.to_digit(10).map(i64::from);
    let [first, second, middle @ ..] = characters.as_slice() else { return Err(Wrong::Form) };
    let (middle, letters) = middle.split_at_checked(5).ok_or(Wrong::Form)?;
    let middle: Vec<i64> = middle.iter().map(digit).collect::<Option<_>>().ok_or(Wrong::Form)?;
    let first = digit(first).ok_or(Wrong::Form)?;
    let (check, more) = match letters {
        [check] => (check, 0),
        [check, more] => (check, value(more).ok_or(Wrong::Form)?),
        _ => return Err(Wrong::Form),
    };
    let check = value(check).ok_or(Wrong::Form)?;
    let sum = match digit(second) {
        Some(second) => weighted(&[first, second], &[8, 7]) + weighted(&middle, &[6, 5, 4, 3, 2]) + 9 * more,
        // The first digit of an old number stands last for the check.
        None if second.is_ascii_uppercase() || matches!(second, '+' | '*') => {
            weighted(&middle, &[7, 6, 5, 4, 3]) + 2 * first
        }
        None => return Err(Wrong::Form),
    };
    checked(sum % 23 == check)
}

pub(super) fn italy(text: &str) -> Checked {
    let digits = digits::<11>(text)?;
    let office = number(text.get(7..10).unwrap_or_default());
    formed(!text.starts_with("0000000") && (matches!(office, 1..=100 | 120 | 121 | 888 | 999)))?;
    checked(luhn(&digits))
}

pub(super) fn lithuania(text: &str) -> Checked {
    let (digits, mark): (Vec<i64>, _) = match text.len() {
        9 => (digits::<9>(text)?.to_vec(), text.get(7..8)),
        _ => (digits::<12>(text)?.to_vec(), text.get(10..11)),
    };
    formed(mark == Some("1"))?;
    let body = digits.get(..digits.len().saturating_sub(1)).unwrap_or_default();
    let weigh = |shift: i64| {
        body.iter().zip(0_i64..).map(|(digit, place)| digit * (1 + (place + shift) % 9)).sum::<i64>() % 11
    };
    let check = match weigh(0) {
        10 => weigh(2) % 10,
        check => check,
    };
    checked(check == last(&digits))
}

pub(super) fn luxembourg(text: &str) -> Checked {
    let digits = digits::<8>(text)?;
    let (body, _) = text.split_at(6);
    checked(number(body) % 89 == pair(&digits, 6))
}

pub(super) fn malta(text: &str) -> Checked {
    let digits = digits::<8>(text)?;
    formed(!text.starts_with('0'))?;
    checked(weighted(&digits, &[3, 4, 6, 7, 8, 9, 10, 1]) % 37 == 0)
}

/// Old numbers hold that of a citizen with its own check; since 2020 the whole number checks as in ISO 7064, mod 97-10.
pub(super) fn netherlands(text: &str) -> Checked {
    let (body, branch) = text.split_at_checked(9).ok_or(Wrong::Form)?;
    let digits = digits::<9>(body)?;
    let branch = branch.strip_prefix('B').ok_or(Wrong::Form)?;
    formed(branch.len() == 2 && number(branch) > 0 && number(body) > 0)?;
    let citizen = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2, -1]).rem_euclid(11) == 0;
    checked(citizen || mod_97("NL".chars().chain(text.chars())) == Some(1))
}

pub(super) fn poland(text: &str) -> Checked {
    checked(weighted(&digits::<10>(text)?, &[6, 5, 7, 2, 3, 4, 5, 6, 7, -1]).rem_euclid(11) == 0)
}

pub(super) fn portugal(text: &str) -> Checked {
    let digits = digits::<9>(text)?;
    formed(!text.starts_with('0'))?;
    let sum = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]);
    checked((11 - sum % 11) % 11 % 10 == last(&digits))
}

pub(super) fn sweden(text: &str) -> Checked {
    let body = text.strip_suffix("01").ok_or(Wrong::Form)?;
    checked(luhn(&digits::<10>(body)?))
}

pub(super) fn slovenia(text: &str) -> Checked {
    let digits = digits::<8>(text)?;
    formed(!text.starts_with('0'))?;
    let check = match 11 - weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) % 11 {
        10 => 0,
        check => check,
    };
    checked(check == last(&digits))
}
