//! The decoder and the JSON Schema accept the same documents.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use jsonschema::Validator;
use odoo_canonical::{ContractRule, Object, ObjectKind, schema::object_schema};
use serde_json::{Value, json};

fn validator(kind: ObjectKind) -> Validator {
    jsonschema::options().should_validate_formats(true).build(&object_schema(kind).json).unwrap()
}

fn example(kind: ObjectKind) -> Value {
    serde_json::from_str(kind.example()).unwrap()
}

/// The example with the value at `pointer` replaced, added, or (for `None`) removed.
fn mutated(kind: ObjectKind, pointer: &str, value: Option<Value>) -> Value {
    let mut document = example(kind);
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("{kind} has no {parent}"));
    match (parent, value) {
        (Value::Object(map), Some(value)) => drop(map.insert(field.to_owned(), value)),
        (Value::Object(map), None) => assert!(map.remove(field).is_some(), "{kind} has no {pointer}"),
        (Value::Array(items), Some(value)) => items[field.parse::<usize>().unwrap()] = value,
        other => panic!("{pointer}: {other:?}"),
    }
    document
}

#[test]
fn examples_are_accepted_by_both_and_sound() {
    for kind in ObjectKind::ALL.iter().copied() {
        let document = example(kind);
        assert!(
            validator(kind).is_valid(&document),
            "{kind}: {:?}",
            validator(kind).iter_errors(&document).next()
        );
        let object = Object::from_json(kind, kind.example().as_bytes()).unwrap();
        assert_eq!(object.check(), [], "{kind}");
        assert_eq!(object.kind(), kind);
        // What is written is what was read, and is accepted again.
        let written = object.to_canonical_json().unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&written).unwrap(), document, "{kind}");
        let again = Object::from_json(kind, &written).unwrap();
        assert_eq!(again, object);
        assert_eq!(again.to_canonical_json().unwrap(), written);
        assert_eq!(again.digest().unwrap(), object.digest().unwrap());
    }
}

#[test]
fn both_accept_what_is_unusual_but_right() {
    use ObjectKind::{InventoryLevel, Item, Party, SalesOrder};
    for (kind, pointer, value) in [
        (SalesOrder, "/currency", json!("QQQ")),
        (SalesOrder, "/lines/0/quantity/unit", json!("ZZ9")),
        (SalesOrder, "/lines/0/line_id", json!("1.1")),
        (SalesOrder, "/lines/0/taxes/0/category", json!("XYZ")),
        (SalesOrder, "/ordered_at", json!("2026-11-23T08:15:00.5+03:00")),
        (SalesOrder, "/totals/net", json!("-100.81")),
        (SalesOrder, "/lines/0/price/amount", json!("0.123456789012345678901234567")),
        (SalesOrder, "/lines", json!([])),
        (SalesOrder, "/ext/shop:deep", json!({ "a": [1, null, true, "x"] })),
        (SalesOrder, "/id", json!("0193568c-0000-7000-8000-000000000001")),
        (Party, "/addresses/0/country", json!("XK")),
        (Party, "/roles", json!(["customer", "reseller"])),
        (Party, "/name", json!("株式会社サンプル")),
        (Item, "/kind", json!("goods")),
        (Item, "/gtins", json!(["036000291452", "96385074"])),
        (InventoryLevel, "/reading/snapshot/quantities/on_hand/value", json!("-3")),
        (
            InventoryLevel,
            "/reading",
            json!({ "delta": {
            "quantities": { "on_hand": { "value": "-1", "unit": "C62" } }, "reason": "scrap", "reference": "MOVE/1"
        } }),
        ),
        (InventoryLevel, "/revision", json!(9_007_199_254_740_991_u64)),
    ] {
        let document = mutated(kind, pointer, Some(value.clone()));
        let text = serde_json::to_vec(&document).unwrap();
        Object::from_json(kind, &text).unwrap_or_else(|error| panic!("{kind} {pointer} {value}: {error}"));
        assert!(validator(kind).is_valid(&document), "{kind} {pointer} {value}: refused by the schema");
    }
}

/// Kind, place, value (`None` removes), where and by which kind of rule the decoder refuses.
type Refused = (ObjectKind, &'static str, Option<Value>, &'static str, ContractRule);

fn refused() -> Vec<Refused> {
    let both = json!({ "quantities": {}, "reason": "count", "reference": "MOVE/1" });
    use ContractRule::{MissingField, Type, UnknownField, Value as Rule};
    use ObjectKind::{InventoryLevel, Item, Party, SalesOrder};
    vec![
        // Amounts are strings, in one spelling.
        (SalesOrder, "/lines/0/net", Some(json!(35.91)), "/lines/0/net", Type),
        (SalesOrder, "/lines/0/net", Some(json!(36)), "/lines/0/net", Type),
        (SalesOrder, "/lines/0/net", Some(json!("1e3")), "/lines/0/net", Rule),
        (SalesOrder, "/lines/0/net", Some(json!("+1_000.5")), "/lines/0/net", Rule),
        (SalesOrder, "/lines/0/net", Some(json!("35,91")), "/lines/0/net", Rule),
        (SalesOrder, "/lines/0/net", Some(json!(" 35.91")), "/lines/0/net", Rule),
        (SalesOrder, "/lines/0/net", Some(json!("035.91")), "/lines/0/net", Rule),
        (SalesOrder, "/lines/0/net", Some(json!("35.")), "/lines/0/net", Rule),
        (SalesOrder, "/lines/0/net", Some(json!("35.91\n")), "/lines/0/net", Rule),
        (SalesOrder, "/lines/0/net", Some(json!("٣٥")), "/lines/0/net", Rule),
        (SalesOrder, "/lines/0/net", Some(json!("12345678901234567890123456789")), "/lines/0/net", Rule),
        (SalesOrder, "/lines/0/net", Some(json!("0.1234567890123456789012345678")), "/lines/0/net", Rule),
        (SalesOrder, "/lines/0/net", Some(json!(null)), "/lines/0/net", Type),
        (SalesOrder, "/lines/0/taxes/0/rate", Some(json!("-19")), "/lines/0/taxes/0/rate", Rule),
        (Item, "/list_price/amount", Some(json!(19.95)), "/list_price/amount", Type),
        (Item, "/list_price/currency", Some(json!("eur")), "/list_price/currency", Rule),
        (Item, "/list_price", Some(json!("19.95 EUR")), "/list_price", Type),
        // Derived decoders take the fields of a struct in order, too; this one must not.
        (Item, "/list_price", Some(json!(["19.95", "EUR"])), "/list_price", Type),
        // Units, codes and names.
        (SalesOrder, "/lines/0/quantity/unit", Some(json!("kgm")), "/lines/0/quantity/unit", Rule),
        (SalesOrder, "/lines/0/quantity/unit", Some(json!("PIECE")), "/lines/0/quantity/unit", Rule),
        (SalesOrder, "/lines/0/quantity", Some(json!("2")), "/lines/0/quantity", Type),
        (SalesOrder, "/status", Some(json!("sale")), "/status", Rule),
        (
            SalesOrder,
            "/lines/0/allowances_charges/0/kind",
            Some(json!("discount")),
            "/lines/0/allowances_charges/0/kind",
            Rule,
        ),
        (SalesOrder, "/channel", Some(json!("the web")), "/channel", Rule),
        (SalesOrder, "/ids/0/scheme", Some(json!("Shopify")), "/ids/0/scheme", Rule),
        (SalesOrder, "/number", Some(json!("")), "/number", Rule),
        (SalesOrder, "/number", Some(json!("a\nb")), "/number", Rule),
        (SalesOrder, "/number", Some(json!(1001)), "/number", Type),
        (SalesOrder, "/key", Some(json!("   ")), "/key", Rule),
        (SalesOrder, "/key", Some(json!("k".repeat(256))), "/key", Rule),
        (SalesOrder, "/note", Some(json!("bell \u{7}")), "/note", Rule),
        (SalesOrder, "/lines/0/line_id", Some(json!(10)), "/lines/0/line_id", Type),
        (SalesOrder, "/id", Some(json!("{0193568C-0000-7000-8000-000000000001}")), "/id", Rule),
        (Party, "/addresses/0/country", Some(json!("DEU")), "/addresses/0/country", Rule),
        (Party, "/addresses/0/subdivision", Some(json!("Hamburg")), "/addresses/0/subdivision", Rule),
        (Party, "/language", Some(json!("de_DE")), "/language", Rule),
        (Item, "/gtins/0", Some(json!("4.01E+12")), "/gtins/0", Rule),
        (Item, "/gtins/0", Some(json!("40063813339")), "/gtins/0", Rule),
        // Days and moments.
        (SalesOrder, "/ordered_at", Some(json!("2026-11-23 08:15:00")), "/ordered_at", Rule),
        (SalesOrder, "/ordered_at", Some(json!("2026-11-23T08:15:00")), "/ordered_at", Rule),
        (SalesOrder, "/ordered_at", Some(json!(1_763_884_800)), "/ordered_at", Type),
        (SalesOrder, "/requested_date", Some(json!("2026-02-30")), "/requested_date", Rule),
        (SalesOrder, "/requested_date", Some(json!("2026-11-27T00:00:00Z")), "/requested_date", Rule),
        // Shape.
        (SalesOrder, "/colour", Some(json!("red")), "/colour", UnknownField),
        (SalesOrder, "/lines/1/price/currency", Some(json!("EUR")), "/lines/1/price/currency", UnknownField),
        (SalesOrder, "/totals/gross", None, "/totals", MissingField),
        (SalesOrder, "/lines/1/item/key", None, "/lines/1/item", MissingField),
        (SalesOrder, "/currency", None, "", MissingField),
        (SalesOrder, "/note", Some(json!(null)), "/note", Type),
        (SalesOrder, "/lines", Some(json!(null)), "/lines", Type),
        (SalesOrder, "/lines", Some(json!({})), "/lines", Type),
        (SalesOrder, "/revision", Some(json!(-1)), "/revision", Rule),
        (SalesOrder, "/revision", Some(json!(9_007_199_254_740_992_u64)), "/revision", Rule),
        (SalesOrder, "/revision", Some(json!("1")), "/revision", Type),
        (SalesOrder, "/ext", Some(json!({ "no_namespace": 1 })), "/ext", Rule),
        (SalesOrder, "/ext", Some(json!({ "shop:price": 19.95 })), "/ext", Rule),
        (SalesOrder, "/ext", Some(json!({ "shop:a": [{ "b": 0.5 }] })), "/ext", Rule),
        (SalesOrder, "/prices_include_tax", Some(json!("false")), "/prices_include_tax", Type),
        (InventoryLevel, "/reading", Some(json!({})), "/reading", Rule),
        (InventoryLevel, "/reading", Some(json!({ "level": {} })), "/reading/level", UnknownField),
        (InventoryLevel, "/reading/delta", Some(both), "/reading", Rule),
        (
            InventoryLevel,
            "/reading/snapshot/reason",
            Some(json!("count")),
            "/reading/snapshot/reason",
            UnknownField,
        ),
        (
            InventoryLevel,
            "/reading",
            Some(json!({ "delta": { "quantities": {}, "reason": "count" } })),
            "/reading/delta",
            MissingField,
        ),
        (Party, "/kind", Some(json!("company")), "/kind", Rule),
    ]
}

#[test]
fn both_refuse_what_is_wrong_and_the_decoder_says_where() {
    let mut surprises = Vec::new();
    for (kind, pointer, value, path, rule) in refused() {
        let document = mutated(kind, pointer, value.clone());
        if validator(kind).is_valid(&document) {
            surprises.push(format!("{kind} {pointer} {value:?}: accepted by the schema"));
        }
        match Object::from_json(kind, &serde_json::to_vec(&document).unwrap()) {
            Err(error) if (error.path.as_str(), error.rule) == (path, rule) => {}
            Err(error) => surprises.push(format!("{kind} {pointer} {value:?}: {:?}", error)),
            Ok(_) => surprises.push(format!("{kind} {pointer} {value:?}: accepted by the decoder")),
        }
    }
    assert!(surprises.is_empty(), "{surprises:#?}");
}

/// Pointers to all values of a document, the root left out.
fn places(value: &Value, path: &str, places: &mut Vec<String>) {
    let visit = |name: &str, child: &Value, all: &mut Vec<String>| {
        let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
        all.push(path.clone());
        self::places(child, &path, all);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(name, child)| visit(name, child, places)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, child)| visit(&at.to_string(), child, places))
        }
        _ => {}
    }
}

#[test]
fn any_value_in_any_place_gets_one_verdict() {
    let strange = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("x"),
        json!("X"),
        json!("XX"),
        json!("XXX"),
        json!("XX-1"),
        json!("0"),
        json!("-0"),
        json!("-1"),
        json!("1.50"),
        json!("1e3"),
        json!("00"),
        json!("1."),
        json!("2026-11-23"),
        json!("2026-13-23"),
        json!("2026-11-23T08:15:00Z"),
        json!("2026-11-23T24:00:00Z"),
        json!("2026-11-23T08:15:00+25:00"),
        json!("2026-11-23T08:15:00+03:60"),
        json!("2016-12-31T23:59:60Z"),
        json!("2026-11-23T08:15:00.1234567890Z"),
        json!("a\tb"),
        json!("a\u{0}b"),
        json!("\u{85}"),
        json!("\u{a0}"),
        json!("é"),
        json!("a:b"),
        json!("-a"),
        json!("a,b"),
        json!("9".repeat(28)),
        json!("9".repeat(29)),
        json!("k".repeat(64)),
        json!("k".repeat(65)),
        json!("k".repeat(1024)),
        json!("k".repeat(1025)),
        json!([]),
        json!([null]),
        json!(["x"]),
        json!([[]]),
        json!({}),
        json!({ "a": 1 }),
        json!({ "a:b": 1 }),
        json!({ "key": "k" }),
    ];
    let (mut verdicts, mut disputed) = ([0, 0], Vec::<String>::new());
    for kind in ObjectKind::ALL.iter().copied() {
        let (schema, document) = (validator(kind), example(kind));
        let mut all = Vec::new();
        places(&document, "", &mut all);
        for place in all {
            for value in &strange {
                let mut document = document.clone();
                *document.pointer_mut(&place).unwrap() = value.clone();
                let decoded = Object::from_json(kind, &serde_json::to_vec(&document).unwrap());
                if decoded.is_ok() != schema.is_valid(&document) {
                    disputed.push(format!("{kind} {place} {value}: decoder {:?}", decoded.as_ref().err()));
                }
                verdicts[usize::from(decoded.is_ok())] += 1;
                if let Ok(object) = decoded {
                    // Sound or not, a check must come to an end and say something printable.
                    object.check().iter().for_each(|violation| assert!(!violation.to_string().is_empty()));
                    let written = object.to_canonical_json().unwrap();
                    assert_eq!(
                        Object::from_json(kind, &written).unwrap().to_canonical_json().unwrap(),
                        written
                    );
                }
            }
        }
    }
    assert!(disputed.is_empty(), "{disputed:#?}");
    assert!(verdicts[0] > 1000 && verdicts[1] > 500, "{verdicts:?}");
}

#[test]
fn any_field_left_out_gets_one_verdict() {
    for kind in ObjectKind::ALL.iter().copied() {
        let (schema, document) = (validator(kind), example(kind));
        let mut all = Vec::new();
        places(&document, "", &mut all);
        for place in all {
            let (parent, field) = place.rsplit_once('/').unwrap();
            let mut document = document.clone();
            let Some(Value::Object(parent)) = document.pointer_mut(parent) else { continue };
            parent.remove(field);
            let decoded = Object::from_json(kind, &serde_json::to_vec(&document).unwrap());
            assert_eq!(
                decoded.is_ok(),
                schema.is_valid(&document),
                "{kind} without {place}: {:?}",
                decoded.err()
            );
        }
    }
}

#[test]
fn what_only_the_decoder_can_see() {
    // A check digit, and a field that stands twice.
    let document = mutated(ObjectKind::Item, "/gtins/0", Some(json!("4006381333932")));
    let error = Object::from_json(ObjectKind::Item, &serde_json::to_vec(&document).unwrap()).unwrap_err();
    assert_eq!((error.path.as_str(), error.rule), ("/gtins/0", ContractRule::Value));

    let twice = ObjectKind::Item.example().replacen('{', "{\"name\": \"first\",", 1);
    let error = Object::from_json(ObjectKind::Item, twice.as_bytes()).unwrap_err();
    assert_eq!(error.rule, ContractRule::DuplicateField);
}

#[test]
fn refusals_do_not_repeat_what_was_written() {
    for (kind, pointer, value, ..) in refused() {
        let Some(Value::String(value)) = value else { continue };
        if value.trim().len() < 4 {
            continue;
        }
        let document = mutated(kind, pointer, Some(json!(value)));
        let error = Object::from_json(kind, &serde_json::to_vec(&document).unwrap()).unwrap_err();
        // The texts that say how it should be may have a piece in common with the value, the whole value never.
        assert!(!error.to_string().contains(&format!("\"{value}\"")), "{error}");
        assert!(!error.to_string().contains(&format!("`{value}`")), "{error}");
    }
}

#[test]
fn broken_and_hostile_texts_are_refused_without_panic() {
    for kind in ObjectKind::ALL.iter().copied() {
        let text = kind.example().trim_end().as_bytes();
        for end in 0..text.len() {
            assert!(Object::from_json(kind, &text[..end]).is_err(), "{kind}: cut at {end} was accepted");
        }
    }
    let deep = format!("{{\"ext\": {{\"a:b\": {}1{}}}}}", "[".repeat(100_000), "]".repeat(100_000));
    let error = Object::from_json(ObjectKind::Item, deep.as_bytes()).unwrap_err();
    assert_eq!(error.rule, ContractRule::Syntax);
    for text in ["", "null", "[]", "\u{feff}{}", "{\"key\":\"\\ud800\"}"] {
        assert!(Object::from_json(ObjectKind::Item, text.as_bytes()).is_err(), "{text:?} was accepted");
    }
    assert!(Object::from_json(ObjectKind::Item, b"{\"key\":\"\xff\"}").is_err());
}
