//! The four verdicts on a change.

use serde::Serialize;
use std::fmt;

/// What a change does to those who read and write.
///
/// *Backward* asks whether readers of the new version can read what was written under the old one; *forward*, whether readers of the old
/// version can read what is written under the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compat {
    /// Neither holds.
    Breaking,
    /// Only forward: upgrade the writers first.
    Forward,
    /// Only backward: upgrade the readers first.
    Backward,
    /// Both hold.
    Full,
}

impl Compat {
    /// All verdicts, the worst first.
    pub const ALL: [Self; 4] = [Self::Breaking, Self::Forward, Self::Backward, Self::Full];

    /// The verdict on what holds.
    pub fn of(backward: bool, forward: bool) -> Self {
        match (backward, forward) {
            (true, true) => Self::Full,
            (true, false) => Self::Backward,
            (false, true) => Self::Forward,
            (false, false) => Self::Breaking,
        }
    }

    /// Whether new readers can read old documents.
    pub fn is_backward(self) -> bool {
        matches!(self, Self::Backward | Self::Full)
    }

    /// Whether old readers can read new documents.
    pub fn is_forward(self) -> bool {
        matches!(self, Self::Forward | Self::Full)
    }

    /// What holds when both this and `other` happen.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::of(self.is_backward() && other.is_backward(), self.is_forward() && other.is_forward())
    }

    /// The verdict on the change in the other direction.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self::of(self.is_forward(), self.is_backward())
    }

    /// Whether this is at least what `wanted` asks for.
    pub fn meets(self, wanted: Self) -> bool {
        self.and(wanted) == wanted
    }

    /// The name: `full`, `backward`, `forward`, `breaking`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Backward => "backward",
            Self::Forward => "forward",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Compat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Compat::{self, *};

    #[test]
    fn verdicts_combine_and_reverse() {
        assert_eq!(Backward.and(Forward), Breaking);
        assert_eq!(Full.and(Backward), Backward);
        assert_eq!(Backward.reversed(), Forward);
        for one in Compat::ALL {
            assert_eq!(one.reversed().reversed(), one);
            assert_eq!(one.and(Full), one);
            assert_eq!(one.and(Breaking), Breaking);
            assert!(one.meets(Breaking) && Full.meets(one));
        }
        assert!(!Backward.meets(Full) && !Backward.meets(Forward) && Backward.meets(Backward));
    }
}
