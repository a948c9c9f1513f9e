//! How what a condition lets through has moved.

use super::{Compat, Rule, found::Found};
use serde_json::Value;

/// How what a condition lets through has moved from old to new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shift {
    /// The same.
    Same,
    /// All from before, and more.
    Wider,
    /// Less, and nothing else.
    Narrower,
    /// Something else, or it cannot be told.
    Other,
}

/// The three rules of a condition, in the order wider, narrower, other.
pub(super) type Family = [Rule; 3];

impl Shift {
    /// From the two inclusions.
    pub(super) fn of(old_in_new: bool, new_in_old: bool) -> Self {
        match (old_in_new, new_in_old) {
            (true, true) => Self::Same,
            (true, false) => Self::Wider,
            (false, true) => Self::Narrower,
            (false, false) => Self::Other,
        }
    }

    /// What lets more through can read the old; what lets less through can be read by the old.
    pub(super) fn compat(self) -> Compat {
        match self {
            Self::Same => Compat::Full,
            Self::Wider => Compat::Backward,
            Self::Narrower => Compat::Forward,
            Self::Other => Compat::Breaking,
        }
    }

    /// A finding of this shift of a keyword, with what of it matters in words; none when it is the same.
    pub(super) fn found(
        self,
        family: Family,
        keyword: &str,
        old: Option<&Value>,
        new: Option<&Value>,
        what: &str,
    ) -> Option<Found> {
        let [wider, narrower, other] = family;
        let (rule, consequence) = match self {
            Self::Same => return None,
            Self::Wider => (wider, "all old documents pass, but old readers refuse some new ones"),
            Self::Narrower => (narrower, "all new documents pass old readers, but some old ones are refused"),
            Self::Other => (other, "some old documents are refused, and old readers refuse some new ones"),
        };
        Some(Found::new(rule, self.compat(), keyword, old, new, format!("{what}: {consequence}.")))
    }
}
