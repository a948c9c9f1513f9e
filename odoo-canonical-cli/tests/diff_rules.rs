//! One case or more for every rule of `canonical diff`, in both directions, and the table of the README held to them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_canonical_cli::diff::{Compat, Readers, Report, Rule, diff_schemas};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A change, the rule that must name it, where, and the verdict with open and with strict readers.
struct Case {
    rule: Rule,
    path: &'static str,
    open: Compat,
    strict: Compat,
    old: Value,
    new: Value,
}

fn case(rule: Rule, path: &'static str, compat: Compat, old: Value, new: Value) -> Case {
    Case { rule, path, open: compat, strict: compat, old, new }
}

fn object(properties: Value) -> Value {
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn requiring(properties: Value, required: Value) -> Value {
    let mut schema = object(properties);
    schema["required"] = required;
    schema
}

fn marked(class: &str) -> Value {
    object(json!({ "a": { "type": "string", "x-data-class": class, "x-domain": "party" } }))
}

fn cases() -> Vec<Case> {
    use Compat::{Backward, Breaking, Forward, Full};
    let string = json!({ "type": "string" });
    let a = object(json!({ "a": string }));
    let ab = object(json!({ "a": string, "b": string }));
    let of = |keyword: &str, value: Value| json!({ keyword: value });
    vec![
        Case { strict: Backward, ..case(Rule::PropertyAdded, "/b", Full, a.clone(), ab.clone()) },
        // In an open schema, old writers may have put anything there.
        case(
            Rule::PropertyAdded,
            "/b",
            Forward,
            json!({ "properties": { "a": {} } }),
            json!({ "properties": { "a": {}, "b": string } }),
        ),
        case(
            Rule::PropertyAdded,
            "/b",
            Full,
            json!({ "additionalProperties": string }),
            json!({ "additionalProperties": string, "properties": { "b": string } }),
        ),
        Case { strict: Forward, ..case(Rule::PropertyRemoved, "/b", Full, ab.clone(), a.clone()) },
        Case {
            strict: Breaking,
            ..case(
                Rule::RequiredPropertyAdded,
                "/b",
                Forward,
                a.clone(),
                requiring(json!({ "a": string, "b": string }), json!(["b"])),
            )
        },
        Case {
            strict: Breaking,
            ..case(
                Rule::RequiredPropertyRemoved,
                "/b",
                Backward,
                requiring(json!({ "a": string, "b": string }), json!(["b"])),
                a.clone(),
            )
        },
        case(
            Rule::BecameRequired,
            "/b",
            Forward,
            ab.clone(),
            requiring(json!({ "a": string, "b": string }), json!(["b"])),
        ),
        case(
            Rule::BecameOptional,
            "/b",
            Backward,
            requiring(json!({ "a": string, "b": string }), json!(["b"])),
            ab.clone(),
        ),
        Case {
            strict: Backward,
            ..case(
                Rule::ObjectOpened,
                "",
                Full,
                a.clone(),
                json!({ "type": "object", "properties": { "a": string } }),
            )
        },
        Case {
            strict: Forward,
            ..case(
                Rule::ObjectClosed,
                "",
                Full,
                json!({ "type": "object", "properties": { "a": string } }),
                a.clone(),
            )
        },
        case(Rule::TypeWidened, "", Backward, string.clone(), of("type", json!(["string", "null"]))),
        case(Rule::TypeWidened, "", Backward, of("type", json!("integer")), of("type", json!("number"))),
        case(Rule::TypeNarrowed, "", Forward, of("type", json!(["string", "null"])), string.clone()),
        case(Rule::TypeChanged, "", Breaking, string.clone(), of("type", json!("integer"))),
        case(
            Rule::TypeChanged,
            "/lines/*",
            Breaking,
            object(json!({ "lines": { "type": "array", "items": { "type": "string" } } })),
            object(json!({ "lines": { "type": "array", "items": { "type": "integer" } } })),
        ),
        case(Rule::ValueAdded, "", Backward, of("enum", json!(["a"])), of("enum", json!(["a", "b"]))),
        case(Rule::ValueRemoved, "", Forward, of("enum", json!(["a", "b"])), of("const", json!("a"))),
        case(
            Rule::ListOpened,
            "",
            Backward,
            of("enum", json!(["a", "b"])),
            json!({ "type": "string", "pattern": "^[a-z]$" }),
        ),
        case(
            Rule::ListClosed,
            "",
            Forward,
            json!({ "type": "string", "pattern": "^[a-z]$" }),
            of("enum", json!(["a", "b"])),
        ),
        case(
            Rule::ListChanged,
            "",
            Breaking,
            of("enum", json!(["a", "B"])),
            json!({ "type": "string", "pattern": "^[a-z]$" }),
        ),
        case(
            Rule::PatternWidened,
            "",
            Backward,
            of("pattern", json!("^[A-Z]{2}$")),
            of("pattern", json!("^[A-Z]{2,3}$")),
        ),
        case(
            Rule::PatternNarrowed,
            "",
            Forward,
            of("pattern", json!("^[A-Z]{2,3}$")),
            of("pattern", json!("^[A-Z]{2}$")),
        ),
        case(
            Rule::PatternRewritten,
            "",
            Full,
            of("pattern", json!("^[0-9]$")),
            of("pattern", json!(r"^\d$")),
        ),
        case(Rule::PatternChanged, "", Breaking, of("pattern", json!("^a$")), of("pattern", json!("^b$"))),
        case(
            Rule::FormatWidened,
            "",
            Backward,
            of("format", json!("uri")),
            of("format", json!("uri-reference")),
        ),
        case(Rule::FormatNarrowed, "", Forward, json!({}), of("format", json!("date"))),
        case(Rule::FormatChanged, "", Breaking, of("format", json!("date")), of("format", json!("uuid"))),
        case(Rule::BoundWidened, "", Backward, of("maxLength", json!(5)), of("maxLength", json!(6))),
        case(Rule::BoundWidened, "", Backward, of("minimum", json!(5)), of("exclusiveMinimum", json!(4))),
        case(Rule::BoundWidened, "", Backward, of("minItems", json!(1)), json!({})),
        case(
            Rule::BoundNarrowed,
            "",
            Forward,
            of("maximum", json!(18_446_744_073_709_551_615_u64)),
            of("maximum", json!(18_446_744_073_709_551_614_u64)),
        ),
        case(Rule::BoundNarrowed, "", Forward, of("minimum", json!(5)), of("exclusiveMinimum", json!(5))),
        case(Rule::BoundNarrowed, "", Forward, json!({}), of("uniqueItems", json!(true))),
        case(Rule::BoundNarrowed, "", Forward, of("multipleOf", json!(2)), of("multipleOf", json!(4))),
        case(Rule::BoundChanged, "", Breaking, of("multipleOf", json!(2)), of("multipleOf", json!(3))),
        case(
            Rule::AlternativeAdded,
            "",
            Backward,
            json!({ "oneOf": [requiring(json!({ "snapshot": string }), json!(["snapshot"]))] }),
            json!({ "oneOf": [
                requiring(json!({ "delta": string }), json!(["delta"])),
                requiring(json!({ "snapshot": string }), json!(["snapshot"])),
            ] }),
        ),
        case(
            Rule::AlternativeAdded,
            "",
            Backward,
            string.clone(),
            json!({ "anyOf": [string, { "type": "null" }] }),
        ),
        case(
            Rule::AlternativeRemoved,
            "",
            Forward,
            json!({ "anyOf": [string, { "type": "null" }] }),
            string.clone(),
        ),
        case(
            Rule::AlternativesImposed,
            "",
            Forward,
            object(json!({ "a": string, "b": string })),
            json!({
                "type": "object", "properties": { "a": string, "b": string }, "additionalProperties": false,
                "anyOf": [{ "required": ["a"] }, { "required": ["b"] }]
            }),
        ),
        case(
            Rule::AlternativesLifted,
            "",
            Backward,
            json!({ "type": "object", "anyOf": [{ "required": ["a"] }, { "required": ["b"] }] }),
            json!({ "type": "object" }),
        ),
        // What has both shapes is one thing to `anyOf` and another to `oneOf`.
        case(
            Rule::AlternativesImposed,
            "",
            Forward,
            json!({ "anyOf": [requiring(json!({ "a": string }), json!(["a"])), requiring(json!({ "b": string }), json!(["b"]))] }),
            json!({ "oneOf": [requiring(json!({ "a": string }), json!(["a"])), requiring(json!({ "b": string }), json!(["b"]))] }),
        ),
        case(
            Rule::AlternativesLifted,
            "",
            Backward,
            json!({ "oneOf": [requiring(json!({ "a": string }), json!(["a"])), requiring(json!({ "b": string }), json!(["b"]))] }),
            json!({ "anyOf": [requiring(json!({ "a": string }), json!(["a"])), requiring(json!({ "b": string }), json!(["b"]))] }),
        ),
        case(Rule::ExclusionAdded, "", Forward, json!({}), json!({ "not": { "pattern": "^x" } })),
        case(Rule::ExclusionRemoved, "", Backward, json!(false), json!(true)),
        case(
            Rule::ExclusionChanged,
            "",
            Breaking,
            json!({ "not": { "pattern": "^y" } }),
            json!({ "not": { "pattern": "^x" } }),
        ),
        case(Rule::DataClassRaised, "/a", Backward, marked("none"), marked("contact")),
        case(Rule::DataClassRaised, "/a", Backward, marked("tax-id"), marked("free-text")),
        case(Rule::DataClassLowered, "/a", Forward, marked("financial"), marked("none")),
        case(Rule::DataClassChanged, "/a", Breaking, marked("financial"), marked("contact")),
        case(
            Rule::DomainChanged,
            "/a",
            Full,
            marked("none"),
            object(json!({ "a": { "type": "string", "x-data-class": "none", "x-domain": "sales" } })),
        ),
        case(Rule::DefaultStated, "", Full, json!({}), of("default", json!(false))),
        case(Rule::DefaultChanged, "", Breaking, of("default", json!(true)), of("default", json!(false))),
        case(
            Rule::DefinitionRenamed,
            "/a",
            Full,
            json!({ "properties": { "a": { "$ref": "#/$defs/Price" } }, "$defs": { "Price": string } }),
            json!({ "properties": { "a": { "$ref": "#/$defs/NetPrice" } }, "$defs": { "NetPrice": string } }),
        ),
        case(Rule::Documentation, "", Full, of("description", json!("a")), of("description", json!("b"))),
        case(Rule::KeywordUnknown, "", Breaking, json!({}), json!({ "if": { "required": ["a"] } })),
        case(Rule::TooDeep, DEEP_PATH, Breaking, nested("string"), nested("integer")),
    ]
}

const DEEP: usize = 100;
const DEEP_PATH: &str = "DEEP";

/// More levels of arrays than are compared.
fn nested(leaf: &str) -> Value {
    (0..=DEEP).fold(json!({ "type": leaf }), |inner, _| json!({ "type": "array", "items": inner }))
}

/// Rules, places and verdicts of a report.
fn summary(report: &Report) -> BTreeSet<(String, Vec<String>, Compat)> {
    let line = |change: &odoo_canonical_cli::diff::Change| {
        let paths = change.places.iter().map(|place| place.path.clone()).collect();
        (change.rule.to_string(), paths, change.compat)
    };
    report.changes.iter().map(line).collect()
}

#[test]
fn every_change_is_classified() {
    for Case { rule, path, open, strict, old, new } in cases() {
        let path = if path == DEEP_PATH { "/*".repeat(DEEP) } else { path.to_owned() };
        for (readers, compat) in [(Readers::Open, open), (Readers::Strict, strict)] {
            let report = diff_schemas("s", &old, &new, readers);
            let wanted = (rule.to_string(), vec![path.clone()], compat);
            let found = summary(&report);
            assert!(found.contains(&wanted), "{readers:?} {old} -> {new}: {found:#?}");
            assert_eq!(report.compat, compat, "{readers:?} {old} -> {new}: {found:#?}");
            for change in &report.changes {
                assert!(change.reason.ends_with('.') && change.reason.len() > 20, "{}", change.reason);
            }
        }
    }
}

#[test]
fn the_other_direction_is_the_mirror_image() {
    for Case { old, new, .. } in cases() {
        for readers in [Readers::Open, Readers::Strict] {
            let (there, back) =
                (diff_schemas("s", &old, &new, readers), diff_schemas("s", &new, &old, readers));
            assert_eq!(there.compat, back.compat.reversed(), "{old} {new}");
            let places = |report: &Report, reversed: bool| {
                let mut all: Vec<_> = summary(report)
                    .into_iter()
                    .map(|(_, paths, compat)| (paths, if reversed { compat.reversed() } else { compat }))
                    .collect();
                all.sort();
                all
            };
            assert_eq!(places(&there, false), places(&back, true), "{old} {new}");
        }
    }
}

#[test]
fn every_rule_has_a_case_and_a_row_in_the_readme() {
    let of_sets = [Rule::SchemaAdded, Rule::SchemaRemoved];
    let mut verdicts: BTreeMap<&str, BTreeSet<Compat>> = BTreeMap::new();
    for case in cases() {
        verdicts.entry(case.rule.as_str()).or_default().extend([case.open, case.strict]);
    }
    verdicts.insert("schema-added", [Compat::Full].into());
    verdicts.insert("schema-removed", [Compat::Breaking].into());
    let readme = include_str!("../README.md");
    for rule in Rule::ALL {
        let found = verdicts.get(rule.as_str());
        let found = found.unwrap_or_else(|| panic!("{rule} has no case"));
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{rule}` |")));
        let row = row.unwrap_or_else(|| panic!("{rule} has no row in the README"));
        let cell = row.split('|').nth(2).unwrap();
        let stated: BTreeSet<Compat> =
            Compat::ALL.into_iter().filter(|compat| cell.contains(compat.as_str())).collect();
        assert_eq!(&stated, found, "{rule}: {cell}");
    }
    assert!(of_sets.iter().all(|rule| Rule::ALL.contains(rule)));
}

#[test]
fn what_changed_in_a_shared_definition_is_one_change_with_all_its_places() {
    let with = |length: u32| {
        json!({
            "type": "object",
            "properties": {
                "name": { "$ref": "#/$defs/Label" },
                "lines": { "type": "array", "items": { "$ref": "#/$defs/Line" } },
            },
            "$defs": {
                "Label": { "type": "string", "maxLength": length },
                "Line": { "type": "object", "properties": { "text": { "$ref": "#/$defs/Label" }, "next": { "$ref": "#/$defs/Line" } } },
            },
        })
    };
    let report = diff_schemas("order", &with(10), &with(20), Readers::Open);
    let [change] = report.changes.as_slice() else { panic!("{report:#?}") };
    assert_eq!(change.definition.as_deref(), Some("Label"));
    assert_eq!(change.count, 2);
    let paths: Vec<&str> = change.places.iter().map(|place| place.path.as_str()).collect();
    assert_eq!(paths, ["/lines/*/text", "/name"]);
}

#[test]
fn a_reference_and_what_it_stands_for_are_the_same() {
    let by_reference =
        json!({ "properties": { "a": { "$ref": "#/$defs/A" } }, "$defs": { "A": { "type": "string" } } });
    let draft_07 = json!({
        "properties": { "a": { "allOf": [{ "$ref": "#/definitions/A" }] } }, "definitions": { "A": { "type": "string" } }
    });
    let inline = json!({ "properties": { "a": { "type": "string" } } });
    for old in [&by_reference, &draft_07, &inline] {
        for new in [&by_reference, &draft_07, &inline] {
            assert_eq!(diff_schemas("s", old, new, Readers::Strict).changes, [], "{old} {new}");
        }
    }
}

#[test]
fn schemas_that_contain_themselves_can_be_compared() {
    let tree = |leaf: &str| {
        json!({
            "properties": { "ext": { "$ref": "#/$defs/Any" } },
            "$defs": { "Any": {
                "type": [leaf, "array", "object"],
                "items": { "$ref": "#/$defs/Any" },
                "additionalProperties": { "$ref": "#/$defs/Any" },
            } },
        })
    };
    let verdict = |old: &Value, new: &Value| {
        let report = diff_schemas("s", old, new, Readers::Open);
        assert!(report.changes.len() < 10, "{report:#?}");
        report.compat
    };
    assert_eq!(verdict(&tree("string"), &tree("string")), Compat::Full);
    assert_eq!(verdict(&tree("string"), &tree("integer")), Compat::Breaking);
    let anything = json!({ "properties": { "ext": true } });
    assert_eq!(verdict(&tree("string"), &anything), Compat::Backward);
    assert_eq!(verdict(&anything, &tree("string")), Compat::Forward);
    let inline = json!({ "properties": { "ext": { "type": ["array", "object", "string"] } } });
    assert_eq!(verdict(&tree("string"), &inline), Compat::Backward);
    let circle = json!({ "$ref": "#/$defs/A", "$defs": { "A": { "$ref": "#/$defs/B" }, "B": { "$ref": "#/$defs/A" } } });
    assert_eq!(verdict(&circle, &circle), Compat::Full);
    let own = json!({ "$ref": "#/$defs/A", "$defs": { "A": { "anyOf": [{ "$ref": "#/$defs/A" }] } } });
    assert_eq!(verdict(&json!({ "title": "A", "minLength": 1 }), &own), Compat::Breaking);
    for keyword in ["oneOf", "anyOf", "allOf", "not", "items"] {
        let own = |more: &str| json!({ "$ref": "#/$defs/A", "$defs": { "A": { keyword: [{ "$ref": "#/$defs/A" }], "title": more } } });
        assert_eq!(verdict(&own("a"), &own("b")), Compat::Full, "{keyword}");
        let own = |more: &str| json!({ "$ref": "#/$defs/A", "$defs": { "A": { keyword: { "$ref": "#/$defs/A" }, "title": more } } });
        assert_eq!(verdict(&own("a"), &own("b")), Compat::Full, "{keyword}");
    }
}

#[test]
fn schemas_that_grow_without_end_when_they_are_written_out_can_be_compared() {
    let doubling = |leaf: &str, keyword: &str| {
        let mut definitions = serde_json::Map::new();
        definitions.insert("d0".to_owned(), json!({ "type": leaf }));
        for level in 1..40 {
            let below = json!({ "$ref": format!("#/$defs/d{}", level - 1) });
            let body = match keyword {
                "properties" => json!({ "properties": { "a": below, "b": below } }),
                _ => json!({ "allOf": [below, below] }),
            };
            definitions.insert(format!("d{level}"), body);
        }
        json!({ "$ref": "#/$defs/d39", "$defs": definitions })
    };
    for keyword in ["properties", "allOf"] {
        let (old, new) = (doubling("string", keyword), doubling("integer", keyword));
        assert_eq!(diff_schemas("s", &old, &new, Readers::Open).compat, Compat::Breaking);
        assert_eq!(diff_schemas("s", &old, &old, Readers::Open).changes, []);
    }
}
