//! Odoo's text form of a domain: a Python literal.
//!
//! Only literals are read. Names that Odoo's own client evaluates (`uid`, `context_today()`) have no value here and are refused.

use std::fmt;
use std::str::FromStr;

use serde_json::{Number, Value};

use super::{Domain, DomainError, DomainPlace};

/// How deep lists may nest in a text.
const MAX_DEPTH: usize = 64;

/// As Odoo reads it: `['|', ('a', '=', 1), ('b', '=', True)]`.
impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            match term.as_array() {
                Some(condition) => write_items(f, condition, "(", ")")?,
                None => write_literal(f, term)?,
            }
        }
        f.write_str("]")
    }
}

fn write_items(f: &mut fmt::Formatter<'_>, items: &[Value], open: &str, close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write_literal(f, item)?;
    }
    f.write_str(close)
}

fn write_literal(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    match value {
        Value::Null => f.write_str("None"),
        Value::Bool(true) => f.write_str("True"),
        Value::Bool(false) => f.write_str("False"),
        Value::Number(number) => write!(f, "{number}"),
        Value::String(text) => write_text(f, text),
        Value::Array(items) => write_items(f, items, "[", "]"),
        Value::Object(members) => {
            f.write_str("{")?;
            for (index, (name, value)) in members.iter().enumerate() {
                if index > 0 {
                    f.write_str(", ")?;
                }
                write_text(f, name)?;
                f.write_str(": ")?;
                write_literal(f, value)?;
            }
            f.write_str("}")
        }
    }
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("'")?;
    for c in text.chars() {
        match c {
            '\\' => f.write_str("\\\\")?,
            '\'' => f.write_str("\\'")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if u32::from(c) < 0x20 || u32::from(c) == 0x7F => write!(f, "\\x{:02x}", u32::from(c))?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("'")
}

impl FromStr for Domain {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(0)?;
        reader.blank();
        if reader.at < text.len() {
            return Err(reader.error("something follows the end of the list"));
        }
        Self::from_value(&value)
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, c: char) {
        self.at += c.len_utf8();
    }

    fn blank(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn error(&self, reason: &'static str) -> DomainError {
        DomainError { place: DomainPlace::Byte(self.at), reason }
    }

    fn value(&mut self, depth: usize) -> Result<Value, DomainError> {
        if depth > MAX_DEPTH {
            return Err(self.error("lists inside lists go too deep"));
        }
        self.blank();
        match self.peek() {
            Some('[') => self.items(']', depth),
            Some('(') => self.items(')', depth),
            Some(quote @ ('\'' | '"')) => self.quoted(quote).map(Value::String),
            Some(c) if c.is_ascii_digit() || matches!(c, '-' | '+' | '.') => self.number(),
            Some(c) if c.is_alphabetic() || c == '_' => self.name(),
            Some(_) => Err(self.error("neither a list, a text, a number nor a name")),
            None => Err(self.error("the text ends too early")),
        }
    }

    fn items(&mut self, close: char, depth: usize) -> Result<Value, DomainError> {
        self.at += 1;
        let mut items = Vec::new();
        let mut commas = 0;
        loop {
            self.blank();
            if self.peek() == Some(close) {
                self.at += 1;
                // In Python, brackets around one value are that value; a comma makes a tuple.
                return Ok(match items.len() {
                    1 if close == ')' && commas == 0 => items.swap_remove(0),
                    _ => Value::Array(items),
                });
            }
            items.push(self.value(depth + 1)?);
            self.blank();
            match self.peek() {
                Some(',') => {
                    self.at += 1;
                    commas += 1;
                }
                Some(c) if c == close => {}
                _ => return Err(self.error("expected a comma or the end of the list")),
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, DomainError> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let c = self.peek().ok_or_else(|| self.error("a text without its end"))?;
            self.skip(c);
            match c {
                c if c == quote => return Ok(text),
                '\\' => text.extend(self.escape()?),
                '\n' | '\r' => return Err(self.error("a text that goes over its line")),
                c => text.push(c),
            }
        }
    }

    /// `None`: a line that goes on.
    fn escape(&mut self) -> Result<Option<char>, DomainError> {
        let c = self.peek().ok_or_else(|| self.error("a text without its end"))?;
        self.skip(c);
        let digits = match c {
            '\n' => return Ok(None),
            '\\' | '\'' | '"' => return Ok(Some(c)),
            'n' => return Ok(Some('\n')),
            't' => return Ok(Some('\t')),
            'r' => return Ok(Some('\r')),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => return Err(self.error("an escape in a text that is not \\\\ \\' \\\" \\n \\t \\r \\x \\u")),
        };
        let code = self.rest().get(..digits).filter(|code| code.chars().all(|c| c.is_ascii_hexdigit()));
        let c = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        let c = c.ok_or_else(|| self.error("an escape that names no character"))?;
        self.at += digits;
        Ok(Some(c))
    }

    fn number(&mut self) -> Result<Value, DomainError> {
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | '_');
        let rest = self.rest();
        let length = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let text = rest.get(..length).unwrap_or("");
        let plain = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
            && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
        let number = match text.parse::<i64>() {
            Ok(number) => Some(Number::from(number)),
            Err(_) if text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u64>().is_ok() => {
                text.parse::<u64>().ok().map(Number::from)
            }
            Err(_) if plain => text.parse().ok().and_then(Number::from_f64),
            Err(_) => None,
        };
        let number = number.ok_or_else(|| self.error("a number that cannot be read"))?;
        self.at += length;
        Ok(Value::Number(number))
    }

    fn name(&mut self) -> Result<Value, DomainError> {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let value = match rest.get(..length) {
            // JSON's names too: such texts come from everywhere.
            Some("True" | "true") => Value::Bool(true),
            Some("False" | "false") => Value::Bool(false),
            Some("None" | "null") => Value::Null,
            _ => return Err(self.error("a name: only Odoo's own client knows its value")),
        };
        self.at += length;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_what_stands_in_odoos_views_and_rules() {
        for (text, value) in [
            ("[]", json!([])),
            ("[('a','=',1),]", json!([["a", "=", 1]])),
            (
                "['|', ('company_id', '=', False), (\"name\", \"ilike\", 'O\\'Neil')]",
                json!(["|", ["company_id", "=", false], ["name", "ilike", "O'Neil"]]),
            ),
            ("[ ( 'x' , 'in' , ( 1 , -2.5 , ) ) ]", json!([["x", "in", [1, -2.5]]])),
            ("[(1, '=', 1)]", json!([[1, "=", 1]])),
            ("[('n', '=', 'é\\u00e9\\x41')]", json!([["n", "=", "ééA"]])),
            ("[[\"a\", \"any\", [[\"b\", \"=\", null]]]]", json!([["a", "any", [["b", "=", null]]]])),
        ] {
            assert_eq!(text.parse::<Domain>().map(Value::from), Ok(value), "{text}");
        }
    }

    #[test]
    fn says_where_a_text_is_no_domain() {
        for (text, place) in [
            ("", DomainPlace::Byte(0)),
            ("[('user_id', '=', uid)]", DomainPlace::Byte(18)),
            ("[('a', '=', 1)", DomainPlace::Byte(14)),
            ("[('a', '=', 1)] or x", DomainPlace::Byte(16)),
            ("[('a', '=', 'b)]", DomainPlace::Byte(16)),
            ("[('a', '=', 1_0)]", DomainPlace::Byte(12)),
            ("[('a', '=', '\\q')]", DomainPlace::Byte(15)),
            ("['|', ('a', '=', 1)]", DomainPlace::Term(0)),
            ("'a'", DomainPlace::Term(0)),
        ] {
            assert_eq!(text.parse::<Domain>().map_err(|error| error.place), Err(place), "{text}");
        }
        assert!("[".repeat(100_000).parse::<Domain>().is_err());
    }

    fn literal() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e12..1e12).prop_map(|number: f64| Value::from(number)),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 8, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(Value::from))
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(conditions in prop::collection::vec(("[a-z_.]{1,8}", literal()), 0..5), negated: bool) {
            let mut domain = Domain::all();
            for (field, value) in conditions {
                domain = domain.or(Domain::eq(&field, value.clone())).and(Domain::ne(&field, value));
            }
            if negated {
                domain = domain.not();
            }
            prop_assert_eq!(domain.to_string().parse::<Domain>(), Ok(domain.clone()));
            prop_assert_eq!(Domain::from_value(&domain.to_value()), Ok(domain));
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = text.parse::<Domain>();
        }
    }
}
