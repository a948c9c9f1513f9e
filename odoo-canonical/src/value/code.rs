//! Code lists: enums of the codes that we know, open for those that we don't.

use super::ValueError;
use std::fmt;

/// A code of an outside list that this crate does not know: letters, digits and `_ . : -`, at most 64 characters,
/// beginning with a letter or digit. Case matters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(String);

impl Code {
    pub(crate) fn parse(text: &str) -> Result<Self, ValueError> {
        for (position, character) in text.chars().enumerate() {
            let inner = matches!(character, '_' | '.' | ':' | '-') && position > 0;
            if !character.is_ascii_alphanumeric() && !inner {
                return Err(ValueError::at(
                    "code",
                    "must be letters, digits and _ . : -, beginning with a letter or digit",
                    position,
                ));
            }
        }
        match text.len() {
            1..=64 => Ok(Self(text.to_owned())),
            _ => Err(ValueError::new("code", "must have 1 to 64 characters")),
        }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(Code, "code", {
    "examples": ["web", "UNCL5305:S"],
    "description": "A code of an outside list.",
    "pattern": "^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$"
});

/// Declares an open code list. Build values from text with `FromStr`: it recognises the known codes, so that
/// `Other` holds only those that are not.
macro_rules! code_list {
    (
        $(#[$doc:meta])*
        $type:ident, $name:literal, $description:literal {
            $( $(#[$variant_doc:meta])* $variant:ident = $code:literal, )+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $( $(#[$variant_doc])* $variant, )+
            /// A code that this version does not know; carried as it came, never mapped to a default.
            Other($crate::value::Code),
        }

        impl $type {
            fn parse(text: &str) -> Result<Self, $crate::value::ValueError> {
                match text {
                    $( $code => Ok(Self::$variant), )+
                    _ => $crate::value::Code::parse(text).map(Self::Other),
                }
            }

            /// The code as it travels.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $code, )+
                    Self::Other(code) => code.as_str(),
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        string_value!($type, $name, {
            "description": $description,
            "pattern": "^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$",
            "examples": [$($code),+]
        });
    };
}
