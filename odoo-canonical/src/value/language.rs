//! Languages.

use super::{ValueError, table};
use std::{fmt, sync::LazyLock};

/// A language tag in the form of BCP 47: a language of two or three lower-case letters, then parts of two to eight
/// letters or digits after hyphens (`en`, `en-US`, `sr-Latn`). Whether the parts are registered is not checked.
/// Underscores (`en_US`) belong to a system's own notation and are refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(String);

impl Language {
    fn parse(text: &str) -> Result<Self, ValueError> {
        let rule = "must be like en or en-US (BCP 47)";
        let mut parts = text.split('-');
        let language = parts.next().unwrap_or_default();
        if !matches!(language.len(), 2..=3) || !language.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Err(ValueError::at("language", rule, 0));
        }
        let part_ok =
            |part: &str| matches!(part.len(), 2..=8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if text.len() > 35 || !parts.all(part_ok) {
            return Err(ValueError::at("language", rule, language.len()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The whole tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The English name of the language, where it has a two-letter code (ISO 639-1).
    pub fn name(&self) -> Option<&'static str> {
        table::find(&LANGUAGES, self.primary()).map(|[_, name]| *name)
    }

    /// The language alone, without region or script.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

static LANGUAGES: LazyLock<Vec<[&'static str; 2]>> =
    LazyLock::new(|| table::rows(include_str!("../../data/languages.tsv")));

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(Language, "language, for example \"en-US\"", {
    "examples": ["de", "sr-Latn-RS"],
    "description": "A language tag in the form of BCP 47.",
    "maxLength": 35,
    "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_strictly() {
        assert_eq!("sr-Latn-RS".parse::<Language>().unwrap().primary(), "sr");
        assert_eq!("ar-AE".parse::<Language>().unwrap().name(), Some("Arabic"));
        for text in ["", "e", "EN", "en_US", "en-", "en-U", "sr@latin", "english"] {
            assert!(text.parse::<Language>().is_err(), "{text:?} was accepted");
        }
    }
}
