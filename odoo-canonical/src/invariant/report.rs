//! What a check found.

use super::Rule;
use crate::value::{Decimal, Percentage};
use std::fmt;

/// One broken rule in one place.
///
/// `expected` and `found` hold values of the document; treat them like the field at `path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The id of the rule, for example `BR-CO-15`.
    pub rule: &'static str,
    /// Where, as a JSON Pointer (RFC 6901).
    pub path: String,
    /// What the rule asks for.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: expected {}, found {}", self.rule, self.path, self.expected, self.found)
    }
}

/// Collects violations while an object is checked.
#[derive(Debug, Default)]
pub struct Report {
    violations: Vec<Violation>,
}

impl Report {
    /// Records a broken rule.
    pub fn violation(
        &mut self,
        rule: Rule,
        path: impl fmt::Display,
        expected: impl fmt::Display,
        found: impl fmt::Display,
    ) {
        self.violations.push(Violation {
            rule: rule.id,
            path: path.to_string(),
            expected: expected.to_string(),
            found: found.to_string(),
        });
    }

    /// What was found, in the order in which it was found.
    pub fn into_violations(self) -> Vec<Violation> {
        self.violations
    }

    /// Records the rule as broken unless `found` equals `expected`; `None` means that it could not be computed.
    pub(crate) fn equal(
        &mut self,
        rule: Rule,
        path: impl fmt::Display,
        expected: Option<Decimal>,
        found: Decimal,
    ) {
        match expected {
            Some(expected) if expected == found => {}
            Some(expected) => self.violation(rule, path, expected, found),
            None => self.violation(super::rule::COMPUTABLE, path, "amounts of at most 28 digits", "more"),
        }
    }

    /// Records the rule as broken unless `found` is within one smallest unit (`decimals` behind the point) of `expected`.
    pub(crate) fn near(
        &mut self,
        rule: Rule,
        path: impl fmt::Display,
        expected: Option<Decimal>,
        found: Decimal,
        decimals: u32,
    ) {
        let off = expected.and_then(|expected| expected.checked_sub(found));
        if off.zip(Decimal::new(1, decimals)).is_none_or(|(off, unit)| off.abs() > unit) {
            self.equal(rule, path, expected, found);
        }
    }

    /// Records the rule as broken unless a tax is what its rate makes of its base, within one unit of the last digit, which is what ways of rounding
    /// differ by. They do not differ where nothing is due, nor in the sign.
    pub(crate) fn tax(
        &mut self,
        rule: Rule,
        path: impl fmt::Display,
        (rate, base): (Percentage, Decimal),
        found: Decimal,
        decimals: u32,
    ) {
        let exact = rate.of(base);
        match exact {
            Some(due)
                if due == Decimal::ZERO
                    || (found != Decimal::ZERO && due.is_negative() != found.is_negative()) =>
            {
                self.equal(rule, path, Some(due.round_half_up(decimals)), found);
            }
            _ => self.near(rule, path, exact.map(|due| due.round_half_up(decimals)), found, decimals),
        }
    }

    /// Records the rule as broken unless `found` is at most `most`.
    pub(crate) fn at_most(
        &mut self,
        rule: Rule,
        path: impl fmt::Display,
        most: Option<Decimal>,
        found: Decimal,
    ) {
        match most {
            Some(most) if found <= most => {}
            Some(most) => self.violation(rule, path, format_args!("at most {most}"), found),
            None => self.equal(rule, path, None, found),
        }
    }

    /// Records the rule as broken unless the two agree.
    pub(crate) fn same<T: PartialEq + fmt::Display>(
        &mut self,
        rule: Rule,
        path: impl fmt::Display,
        expected: T,
        found: T,
    ) {
        if expected != found {
            self.violation(rule, path, expected, found);
        }
    }

    pub(crate) fn not_negative(&mut self, rule: Rule, path: impl fmt::Display, amount: Decimal) {
        if amount.is_negative() {
            self.violation(rule, path, "0 or more", amount);
        }
    }

    pub(crate) fn positive(&mut self, rule: Rule, path: impl fmt::Display, amount: Decimal) {
        if !amount.is_positive() {
            self.violation(rule, path, "more than 0", amount);
        }
    }
}
