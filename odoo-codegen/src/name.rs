//! Names of Odoo as identifiers of Rust. Whatever the name, the identifier is one, in the case that Rust wants, and there once.

use std::collections::{BTreeMap, BTreeSet};

/// `res.partner` → `ResPartner`, `to invoice` → `ToInvoice`, `4x12_lots` → `4x12Lots` (no identifier yet). Empty if the text has neither
/// letters nor digits of ASCII.
pub(crate) fn camel(text: &str) -> String {
    let mut out = String::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        // `1-12` and `11-2` are not the same.
        if out.ends_with(|c: char| c.is_ascii_digit()) && word.starts_with(|c: char| c.is_ascii_digit()) {
            out.push('_');
        }
        let shouted = word.len() > 1 && !word.contains(|c: char| c.is_ascii_lowercase());
        for (at, c) in word.chars().enumerate() {
            out.push(match at {
                0 => c.to_ascii_uppercase(),
                _ if shouted => c.to_ascii_lowercase(),
                _ => c,
            });
        }
    }
    out
}

/// `camel`, with every other character spelled out, so that `GMT+1` and `GMT-1` differ and nothing is empty.
fn spelled(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let word = match c {
            _ if c.is_ascii_alphanumeric() || c == '_' => {
                out.push(c);
                continue;
            }
            ' ' => "space",
            '+' => "plus",
            '-' => "minus",
            '.' => "dot",
            ',' => "comma",
            ':' => "colon",
            '/' => "slash",
            '%' => "percent",
            '&' => "and",
            '=' => "equal",
            '<' => "less",
            '>' => "greater",
            '!' => "not",
            '*' => "star",
            '#' => "hash",
            _ => {
                out.push_str(&format!(" u{:x} ", u32::from(c)));
                continue;
            }
        };
        out.push_str(&format!(" {word} "));
    }
    camel(&out)
}

/// `fooBar` → `foo_bar`, `x-2` → `x_2`, `__last_update` → `last_update`. Never empty.
pub(crate) fn snake(text: &str) -> String {
    let mut out = String::new();
    let mut before = '_';
    for c in text.chars() {
        let mut put = |c: char| {
            if c != '_' || !(out.is_empty() || out.ends_with('_')) {
                out.push(c);
            }
        };
        match c {
            _ if c.is_ascii_uppercase() => {
                if before.is_ascii_lowercase() || before.is_ascii_digit() {
                    put('_');
                }
                put(c.to_ascii_lowercase());
            }
            _ if c.is_ascii_lowercase() || c.is_ascii_digit() => put(c),
            _ => put('_'),
        }
        before = c;
    }
    let out = out.trim_end_matches('_');
    match out.chars().next() {
        None => {
            let hex: Vec<String> = text.chars().take(8).map(|c| format!("u{:x}", u32::from(c))).collect();
            format!("field_{}", hex.join("_")).trim_end_matches('_').to_owned()
        }
        Some(first) if first.is_ascii_digit() => format!("field_{out}"),
        Some(_) => out.to_owned(),
    }
}

/// Identifiers that are in use.
#[derive(Default)]
pub(crate) struct Names(BTreeSet<String>);

impl Names {
    /// With these in use already.
    pub(crate) fn with(used: &[&str]) -> Self {
        Self(used.iter().map(|name| (*name).to_owned()).collect())
    }

    /// Whether one is in use.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// `wanted`, or if it is in use, with the first number that makes it free.
    pub(crate) fn take(&mut self, wanted: &str) -> String {
        let apart = wanted.contains(|c: char| c.is_ascii_lowercase())
            && wanted.starts_with(|c: char| c.is_ascii_lowercase())
            || wanted.ends_with(|c: char| c.is_ascii_digit());
        let mut name = wanted.to_owned();
        let mut number = 2_u32;
        while !self.0.insert(name.clone()) {
            name = format!("{wanted}{}{number}", if apart { "_" } else { "" });
            number = number.saturating_add(1);
        }
        name
    }
}

/// The variants of an enum, one for each key, whatever their order: where the short names of some are the same, theirs are spelled out.
pub(crate) fn variants<'a>(keys: &[&'a str]) -> BTreeMap<&'a str, String> {
    let mut short: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for key in keys {
        short.entry(variant(camel(key), key)).or_default().insert(key);
    }
    let mut names = Names::default();
    let mut out = BTreeMap::new();
    let (alone, shared): (Vec<_>, Vec<_>) = short.iter().partition(|(_, keys)| keys.len() == 1);
    for (name, keys) in alone {
        out.extend(keys.iter().map(|key| (*key, names.take(name))));
    }
    for (_, keys) in shared {
        for key in keys {
            out.insert(*key, names.take(&variant(spelled(key), key)));
        }
    }
    out
}

fn variant(name: String, key: &str) -> String {
    let name = if name.is_empty() { spelled(key) } else { name };
    match name.as_str() {
        // The one of all that is unknown, and no name in Rust.
        "Other" | "Self" => format!("{name}Value"),
        _ if !name.starts_with(|c: char| c.is_ascii_alphabetic()) => format!("V{name}"),
        _ => name,
    }
}

/// As it is written in code: `type` → `r#type`, `self` → `self_`.
pub(crate) fn escaped(ident: &str) -> String {
    match ident {
        "self" | "super" | "crate" => format!("{ident}_"),
        _ if KEYWORDS.contains(&ident) => format!("r#{ident}"),
        _ => ident.to_owned(),
    }
}

/// The name of a module and its file, which is no keyword.
pub(crate) fn module(model: &str) -> String {
    let name = snake(model);
    match name.strip_prefix("field_") {
        Some(rest) if !model.starts_with("field") => format!("model_{rest}"),
        _ if KEYWORDS.contains(&name.as_str()) => format!("{name}_"),
        _ => name,
    }
}

/// Strict and reserved keywords of all editions that are in lower case.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_fields() {
        for (text, type_name, field) in [
            ("res.partner", "ResPartner", "res_partner"),
            ("x_studio_B1", "XStudioB1", "x_studio_b1"),
            ("fooBar", "FooBar", "foo_bar"),
            ("__last_update", "LastUpdate", "last_update"),
            ("2fa", "2fa", "field_2fa"),
            ("a__b", "AB", "a_b"),
            ("ÆØ", "", "field_uc6_ud8"),
            ("x_größe", "XGrE", "x_gr_e"),
        ] {
            assert_eq!((camel(text).as_str(), snake(text).as_str()), (type_name, field), "{text}");
        }
        assert_eq!(
            (escaped("type"), escaped("self"), escaped("name")),
            ("r#type".into(), "self_".into(), "name".into())
        );
        assert_eq!(
            (module("type"), module("2fa"), module("sale.order")),
            ("type_".into(), "model_2fa".into(), "sale_order".into())
        );
    }

    #[test]
    fn variants_differ_and_do_not_depend_on_the_order() {
        let mut keys = vec![
            "draft",
            "to invoice",
            "0",
            "1",
            "-1",
            "other",
            "self",
            "GMT+1",
            "GMT-1",
            "",
            "+",
            "4x12_lots",
            "AE",
            "VATEX-EU-132-1A",
            "not_paid",
            "not paid",
            "日本",
            "no-message",
            "Europe/Brussels",
            "a:b",
            "A:b",
        ];
        let names = variants(&keys);
        let expected = [
            ("", "V"),
            ("+", "Plus"),
            ("-1", "Minus1"),
            ("0", "V0"),
            ("1", "V1"),
            ("4x12_lots", "V4x12Lots"),
            ("A:b", "AColonB"),
            ("AE", "Ae"),
            ("Europe/Brussels", "EuropeBrussels"),
            ("GMT+1", "GmtPlus1"),
            ("GMT-1", "GmtMinus1"),
            ("VATEX-EU-132-1A", "VatexEu132_1a"),
            ("a:b", "AColonB2"),
            ("draft", "Draft"),
            ("no-message", "NoMessage"),
            ("not paid", "NotSpacePaid"),
            ("not_paid", "NotPaid"),
            ("other", "OtherValue"),
            ("self", "SelfValue"),
            ("to invoice", "ToInvoice"),
            ("日本", "U65e5U672c"),
        ];
        assert_eq!(names.iter().map(|(key, name)| (*key, name.as_str())).collect::<Vec<_>>(), expected);
        keys.reverse();
        assert_eq!(variants(&keys), names);
    }

    #[test]
    fn a_name_in_use_gets_a_number() {
        let mut names = Names::with(&["Option"]);
        assert_eq!(
            ["Option", "Option", "A1", "A1", "a", "a"].map(|name| names.take(name)),
            ["Option2", "Option3", "A1", "A1_2", "a", "a_2"]
        );
    }
}
