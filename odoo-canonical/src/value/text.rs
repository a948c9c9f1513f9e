//! Words: keys, one-line labels, and free text. All keep what they are given, to the character.

use super::ValueError;
use std::fmt;

/// The natural key of a record in its source system, for example `gid://shopify/Order/1`. One line, 1 to 255
/// characters, not only spaces. Keys are compared as they are: case and spaces matter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

/// One line of words: a name, a number, a reference. 1 to 1024 characters, not only spaces, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(String);

/// Free text: lines and tabs are allowed, other control characters are not. 1 to 65536 characters, not only
/// white space.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(String);

impl Key {
    fn parse(text: &str) -> Result<Self, ValueError> {
        check("key", text, 255, "must have at most 255 characters", no_break)?;
        Ok(Self(text.to_owned()))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Label {
    fn parse(text: &str) -> Result<Self, ValueError> {
        check("label", text, 1024, "must have at most 1024 characters", no_break)?;
        Ok(Self(text.to_owned()))
    }

    /// The words as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Text {
    fn parse(text: &str) -> Result<Self, ValueError> {
        check("text", text, 65_536, "must have at most 65536 characters", line_break)?;
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn no_break(_: char) -> bool {
    false
}

fn line_break(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r')
}

fn check(
    name: &'static str,
    text: &str,
    most: usize,
    too_long: &'static str,
    break_allowed: fn(char) -> bool,
) -> Result<(), ValueError> {
    // Most words are short and plain.
    let plain = text.len() <= most && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if plain && text.bytes().any(|byte| byte != b' ') {
        return Ok(());
    }
    let mut blank = true;
    for (position, character) in text.chars().enumerate() {
        if position >= most {
            return Err(ValueError::at(name, too_long, position));
        }
        if character.is_control() && !break_allowed(character) {
            return Err(ValueError::at(name, "must not contain control characters", position));
        }
        blank &= character == ' ' || character.is_control();
    }
    if blank { Err(ValueError::new(name, "must not be empty or blank")) } else { Ok(()) }
}

macro_rules! words {
    ($($type:ident)+) => {$(
        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> String {
                value.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

words!(Key Label Text);

string_value!(Key, "key", {
    "examples": ["gid://shop/Order/7001"],
    "description": "The natural key of a record in its source system; case and spaces matter.",
    "minLength": 1,
    "maxLength": 255,
    "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\u0000-\\u001f\\u007f-\\u009f ][^\\u0000-\\u001f\\u007f-\\u009f]*$"
});
string_value!(Label, "label", {
    "examples": ["Nordlicht Handels GmbH"],
    "description": "One line of words, without control characters.",
    "minLength": 1,
    "maxLength": 1024,
    "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\u0000-\\u001f\\u007f-\\u009f ][^\\u0000-\\u001f\\u007f-\\u009f]*$"
});
string_value!(Text, "text", {
    "examples": ["First line.\nSecond line."],
    "description": "Free text; tabs and line breaks are the only control characters.",
    "minLength": 1,
    "maxLength": 65536,
    "pattern": "^([^\\u0000-\\u001f\\u007f-\\u009f]|[\\t\\n\\r])*[^\\u0000-\\u001f\\u007f-\\u009f ]([^\\u0000-\\u001f\\u007f-\\u009f]|[\\t\\n\\r])*$"
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_is_kept() {
        assert_eq!(" SKU 1 ".parse::<Key>().unwrap().as_str(), " SKU 1 ");
        assert_eq!("one\r\ntwo".parse::<Text>().unwrap().as_str(), "one\r\ntwo");
    }

    #[test]
    fn blank_broken_and_overlong_words_are_refused() {
        assert!("".parse::<Key>().is_err());
        assert!("   ".parse::<Label>().is_err());
        assert!(" \n\t".parse::<Text>().is_err());
        assert_eq!("a\nb".parse::<Label>().unwrap_err().position(), Some(1));
        assert_eq!("é".repeat(256).parse::<Key>().unwrap_err().position(), Some(255));
        assert!("é".repeat(255).parse::<Key>().is_ok());
    }
}
