//! What holds for any pair of schemas, with a validator as the judge of what documents they let through.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_canonical_cli::diff::{Compat, Readers, diff_schemas};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Two schemas that are alike more often than not.
fn pair() -> impl Strategy<Value = (Value, Value)> {
    let leaf = prop_oneof![leaf().prop_map(|one| (one.clone(), one)), (leaf(), leaf())];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            3 => object_pair(inner.clone()),
            1 => (inner.clone(), bounds("Items"), bounds("Items")).prop_map(|((old, new), before, after)| {
                (array(old, before), array(new, after))
            }),
            1 => (inner.clone(), any::<(bool, bool)>()).prop_map(|((old, new), (before, after))| {
                (nullable(old, before), nullable(new, after))
            }),
            1 => (inner.clone(), inner, any::<[bool; 4]>()).prop_map(|(one, two, there)| {
                (tagged(one.0, two.0, there[0], there[1]), tagged(one.1, two.1, there[2], there[3]))
            }),
        ]
    })
}

fn leaf() -> impl Strategy<Value = Value> {
    let pattern = prop::sample::select(vec!["^a", "^[ab]+$", "^[a-c]*$", "b", r"^\w{1,2}$", "^(a|b)$", "^$"]);
    let string = (prop::option::of(pattern), bounds("Length")).prop_map(|(pattern, bounds)| {
        let mut schema = json!({ "type": "string" });
        schema.as_object_mut().unwrap().extend(bounds);
        if let Some(pattern) = pattern {
            schema["pattern"] = pattern.into();
        }
        schema
    });
    let number = (any::<bool>(), prop::option::of(0..2_i32), prop::option::of(2..4_i32), any::<[bool; 2]>())
        .prop_map(|(whole, least, most, excluded)| {
            let mut schema = json!({ "type": if whole { "integer" } else { "number" } });
            if let Some(least) = least {
                schema[if excluded[0] { "exclusiveMinimum" } else { "minimum" }] = least.into();
            }
            if let Some(most) = most {
                schema[if excluded[1] { "exclusiveMaximum" } else { "maximum" }] = most.into();
            }
            schema
        });
    let values = prop::collection::btree_set(prop::sample::select(vec!["a", "b", "ab", "c"]), 1..4);
    let list = (values, any::<bool>()).prop_map(|(values, choices)| {
        if choices {
            json!({ "oneOf": values.iter().map(|value| json!({ "const": value })).collect::<Vec<_>>() })
        } else {
            json!({ "enum": values })
        }
    });
    prop_oneof![
        3 => string,
        2 => number,
        2 => list,
        1 => Just(json!({ "type": ["string", "null"] })),
        1 => Just(json!({ "type": "boolean" })),
        1 => Just(json!(true)),
        1 => Just(json!(false)),
    ]
}

fn bounds(of: &'static str) -> impl Strategy<Value = Map<String, Value>> {
    (prop::option::of(0..3_i32), prop::option::of(0..3_i32)).prop_map(move |(least, most)| {
        let mut map = Map::new();
        least.map(|least| map.insert(format!("min{of}"), json!(least)));
        most.map(|most| map.insert(format!("max{of}"), json!(most)));
        map
    })
}

fn object_pair(
    inner: impl Strategy<Value = (Value, Value)> + Clone,
) -> impl Strategy<Value = (Value, Value)> {
    // What each side makes of a field: absent, optional, required.
    let field = (
        inner.clone(),
        prop::sample::select(vec![(1, 1), (1, 2), (2, 1), (2, 2), (0, 1), (1, 0), (0, 2), (2, 0)]),
    );
    let additional = prop::sample::select(vec![(0, 0), (0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (2, 0)]);
    (prop::collection::btree_map(prop::sample::select(vec!["a", "b", "c"]), field, 0..4), additional, inner)
        .prop_map(|(fields, additional, rest)| {
            let side = |new: bool| {
                let mut schema = json!({ "type": "object", "properties": {}, "required": [] });
                for (name, ((before, after), (was, is))) in &fields {
                    let (field, there) = if new { (after, is) } else { (before, was) };
                    if *there > 0 {
                        schema["properties"][name] = field.clone();
                    }
                    if *there > 1 {
                        schema["required"].as_array_mut().unwrap().push(json!(name));
                    }
                }
                match if new { additional.1 } else { additional.0 } {
                    0 => schema["additionalProperties"] = false.into(),
                    1 => {}
                    _ => schema["additionalProperties"] = if new { rest.1.clone() } else { rest.0.clone() },
                }
                schema
            };
            (side(false), side(true))
        })
}

fn array(items: Value, bounds: Map<String, Value>) -> Value {
    let mut schema = json!({ "type": "array", "items": items });
    schema.as_object_mut().unwrap().extend(bounds);
    schema
}

fn nullable(schema: Value, yes: bool) -> Value {
    let lets_null_through = jsonschema::is_valid(&schema, &Value::Null);
    if yes && !lets_null_through { json!({ "anyOf": [schema, { "type": "null" }] }) } else { schema }
}

/// Alternatives that a field tells apart.
fn tagged(one: Value, two: Value, has_one: bool, has_two: bool) -> Value {
    let arm = |name: &str, schema: &Value| json!({ "type": "object", "properties": { name: schema }, "required": [name], "additionalProperties": false });
    let mut arms = Vec::new();
    if has_one || !has_two {
        arms.push(arm("x", &one));
    }
    if has_two {
        arms.push(arm("y", &two));
    }
    json!({ "oneOf": arms })
}

/// How open readers take a schema.
fn open(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(key, value)| !(*key == "additionalProperties" && **value == Value::Bool(false)))
                .map(|(key, value)| (key.clone(), open(value)))
                .collect(),
        ),
        Value::Array(items) => items.iter().map(open).collect(),
        other => other.clone(),
    }
}

/// Something that has a good chance to pass a schema, and some to break it.
fn document(schema: &Value, random: &mut u64) -> Value {
    let mut pick = |of: usize| {
        *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(*random >> 33).unwrap() % of
    };
    let scalars = json!(["", "a", "b", "ab", "ba", "abc", "c", "A", 0, 1, 2, 3, 4, 1.5, -1, true, null]);
    let scalars = scalars.as_array().unwrap();
    if pick(8) == 0 {
        return scalars[pick(scalars.len())].clone();
    }
    if let Some(values) = schema["enum"].as_array() {
        return values[pick(values.len())].clone();
    }
    if let Some(choices) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        let choice = &choices[pick(choices.len())];
        return if choice.get("const").is_some() {
            choice["const"].clone()
        } else {
            document(choice, random)
        };
    }
    match schema["type"].as_str() {
        Some("array") => {
            let length = pick(4);
            (0..length).map(|_| document(&schema["items"], random)).collect()
        }
        Some("object") => {
            let mut map = Map::new();
            for (name, field) in schema["properties"].as_object().into_iter().flatten() {
                if pick(4) > 0 {
                    map.insert(name.clone(), Value::Null);
                    let _ = field;
                }
            }
            if pick(4) == 0 {
                map.insert(
                    ["a", "b", "c", "d", "x"][pick(5)].to_owned(),
                    scalars[pick(scalars.len())].clone(),
                );
            }
            for (name, field) in schema["properties"].as_object().into_iter().flatten() {
                if map.contains_key(name) {
                    map.insert(name.clone(), document(field, random));
                }
            }
            Value::Object(map)
        }
        Some("string") => scalars[pick(8)].clone(),
        Some("integer" | "number") => scalars[8 + pick(7)].clone(),
        Some("boolean") => json!(pick(2) == 0),
        _ => scalars[pick(scalars.len())].clone(),
    }
}

/// JSON whose keys are keywords and whose values may be anything, as no schema should be and a file may.
fn nonsense() -> impl Strategy<Value = Value> {
    let keyword = prop::sample::select(vec![
        "$ref",
        "$defs",
        "a",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "const",
        "enum",
        "type",
        "properties",
        "required",
        "additionalProperties",
        "propertyNames",
        "items",
        "pattern",
        "format",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "multipleOf",
        "uniqueItems",
        "x-data-class",
        "x-domain",
        "default",
        "title",
        "if",
    ]);
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![
            "#",
            "#/$defs/a",
            "#/$defs/b",
            "elsewhere",
            "string",
            "[",
            "(?=x)",
            "^a{1000}{1000}$",
            "contact"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            3 => prop::collection::btree_map(keyword.clone(), inner, 0..6)
                .prop_map(|map| map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_no_schema_is_compared_all_the_same(old in nonsense(), new in nonsense()) {
        prop_assert_eq!(diff_schemas("s", &old, &old, Readers::Strict).changes, []);
        let (there, back) = (diff_schemas("s", &old, &new, Readers::Open), diff_schemas("s", &new, &old, Readers::Open));
        prop_assert_eq!(there.compat, back.compat.reversed());
    }

    #[test]
    fn a_schema_is_not_changed_from_itself((old, new) in pair()) {
        for schema in [old, new] {
            prop_assert_eq!(diff_schemas("s", &schema, &schema, Readers::Open).changes, []);
        }
    }

    #[test]
    fn the_other_direction_is_the_mirror_image((old, new) in pair(), strict: bool) {
        let readers = if strict { Readers::Strict } else { Readers::Open };
        let (there, back) = (diff_schemas("s", &old, &new, readers), diff_schemas("s", &new, &old, readers));
        prop_assert_eq!(there.compat, back.compat.reversed());
        let verdicts = |report: &odoo_canonical_cli::diff::Report, reversed: bool| {
            let mut all: Vec<_> = report.changes.iter().flat_map(|change| {
                let compat = if reversed { change.compat.reversed() } else { change.compat };
                change.places.iter().map(move |place| (place.path.clone(), compat))
            }).collect();
            all.sort();
            all
        };
        prop_assert_eq!(verdicts(&there, false), verdicts(&back, true));
    }

    /// The promise itself: where it says that documents can be read, they can.
    #[test]
    fn what_is_promised_is_kept((old, new) in pair(), mut random: u64, strict: bool) {
        let readers = if strict { Readers::Strict } else { Readers::Open };
        let report = diff_schemas("s", &old, &new, readers);
        let reading = |schema: &Value| if strict { schema.clone() } else { open(schema) };
        for (writer, reader, promised) in [
            (&old, &new, report.compat.is_backward()),
            (&new, &old, report.compat.is_forward()),
        ] {
            if !promised {
                continue;
            }
            let (write, read) = (
                jsonschema::validator_for(writer).unwrap(),
                jsonschema::validator_for(&reading(reader)).unwrap(),
            );
            for _ in 0..60 {
                let document = document(writer, &mut random);
                if write.is_valid(&document) {
                    prop_assert!(
                        read.is_valid(&document),
                        "{} was promised\nwritten under {writer}\nread under {reader}\n{document}\n{:#?}",
                        report.compat, report.changes
                    );
                }
            }
        }
    }
}

#[test]
fn the_generator_makes_pairs_of_every_verdict_and_documents_that_pass() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let (mut verdicts, mut passed, mut tried) = (std::collections::BTreeMap::new(), 0, 0);
    let mut random = 7;
    for _ in 0..600 {
        let (old, new) = pair().new_tree(&mut runner).unwrap().current();
        *verdicts.entry(diff_schemas("s", &old, &new, Readers::Open).compat).or_insert(0) += 1;
        let validator = jsonschema::validator_for(&old).unwrap();
        for _ in 0..10 {
            tried += 1;
            passed += usize::from(validator.is_valid(&document(&old, &mut random)));
        }
    }
    assert!(
        Compat::ALL.iter().all(|compat| verdicts.get(compat).is_some_and(|count| *count > 20)),
        "{verdicts:?}"
    );
    assert!(passed * 4 > tried, "{passed} of {tried}");
}
