//! Numbers of GS1: places (GLN) and shipping units (SSCC). Trade items (GTIN) have a file of their own.

use super::ValueError;
use std::fmt;

/// The number of a place or party: 13 digits with a right check digit (GS1 General Specifications, 3.7.1 and 7.9).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gln(String);

/// The number of one shipping unit, such as a pallet: 18 digits with a right check digit, without the application identifier
/// `00` that stands before it on labels (GS1 General Specifications, 3.2 and 7.9).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sscc(String);

impl Gln {
    fn parse(text: &str) -> Result<Self, ValueError> {
        check_gs1("gln", text, &[13], "must have 13 digits")?;
        Ok(Self(text.to_owned()))
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Sscc {
    fn parse(text: &str) -> Result<Self, ValueError> {
        check_gs1("sscc", text, &[18], "must have 18 digits")?;
        Ok(Self(text.to_owned()))
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number in what a scanner reads: with the application identifier `00` before it.
    pub fn element_string(&self) -> String {
        format!("00{}", self.0)
    }
}

/// Digits only, one of the lengths, and the right check digit at the end.
pub(super) fn check_gs1(
    name: &'static str,
    text: &str,
    lengths: &[usize],
    length_rule: &'static str,
) -> Result<(), ValueError> {
    if let Some(position) = text.chars().position(|character| !character.is_ascii_digit()) {
        return Err(ValueError::at(name, "must be digits only", position));
    }
    if !lengths.contains(&text.len()) {
        return Err(ValueError::new(name, length_rule));
    }
    // Weights run 1, 3, 1, 3 from the check digit at the right.
    let weighted = text.bytes().rev().zip([1, 3].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    if !sum.is_multiple_of(10) {
        return Err(ValueError::at(name, "must end in the right check digit", text.len().saturating_sub(1)));
    }
    Ok(())
}

macro_rules! display_text {
    ($($type:ident)+) => {$(
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

display_text!(Gln Sscc);

string_value!(Gln, "GLN", {
    "description": "A GLN of 13 digits. The check digit must be right, which this schema cannot say.",
    "examples": ["4012345000009"],
    "pattern": "^[0-9]{13}$"
});
string_value!(Sscc, "SSCC", {
    "description": "An SSCC of 18 digits, without the 00 before it. The check digit must be right, which this schema cannot say.",
    "examples": ["340123450000000000"],
    "pattern": "^[0-9]{18}$"
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_in_their_check_digit() {
        assert!("4012345000009".parse::<Gln>().is_ok());
        let pallet: Sscc = "340123450000000000".parse().unwrap();
        assert_eq!(pallet.element_string(), "00340123450000000000");
        assert_eq!("4012345000008".parse::<Gln>().unwrap_err().position(), Some(12));
        for text in ["", "00340123450000000000", "34012345000000000A"] {
            assert!(text.parse::<Sscc>().is_err(), "{text:?} was accepted");
        }
    }
}
