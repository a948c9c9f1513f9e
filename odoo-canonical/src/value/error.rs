//! Why a text is not a value of its type.

/// A text broke a rule of its value type.
///
/// The error names the type, the rule and, where it helps, the character (counted from 0) that broke it. It never
/// repeats the text itself: a refused value may be a person's data, and errors end in logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    type_name: &'static str,
    rule: &'static str,
    position: Option<usize>,
}

impl ValueError {
    pub(crate) const fn new(type_name: &'static str, rule: &'static str) -> Self {
        Self { type_name, rule, position: None }
    }

    pub(crate) const fn at(type_name: &'static str, rule: &'static str, position: usize) -> Self {
        Self { type_name, rule, position: Some(position) }
    }

    /// The value type in words, for example `currency`.
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The rule that was broken, as a sentence that says what is wanted.
    pub fn rule(&self) -> &'static str {
        self.rule
    }

    /// The character, counted from 0, at which the rule broke, where there is one.
    pub fn position(&self) -> Option<usize> {
        self.position
    }
}

impl std::error::Error for ValueError {}

impl std::fmt::Display for ValueError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.type_name, self.rule)?;
        match self.position {
            Some(position) => write!(f, " (at character {position})"),
            None => Ok(()),
        }
    }
}
