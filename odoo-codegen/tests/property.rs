//! Whatever a server answers: no panic, and what is written is Rust without two things of one name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use std::collections::BTreeSet;

use odoo_codegen::{Options, Schema, generate};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use syn::{Fields, Item};

/// Any JSON at all.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::from(map.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Texts that have been trouble: short names that meet, keywords, Markdown, characters that nobody sees.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-cA-C_.0-2 +-]{0,5}",
        "(type|self|Self|crate|id|other|Other|none|_|__|model|fields|option|string|value|match|async|gen)",
        "[\\\\`*_\\[\\]<>&#~|!\"'{}()/\u{202e}\u{200b}\r\n\t 1.-]{0,12}",
        Just("https://example.com/a_b)".to_owned()),
    ]
}

fn kind() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "(boolean|integer|float|monetary|char|text|html|date|datetime|binary|json|properties|reference|many2one_reference)",
        3 => "(many2one|one2many|many2many)",
        3 => Just("selection".to_owned()),
        1 => text().prop_map(|text| format!("x{text}")),
    ]
}

fn field() -> impl Strategy<Value = Value> {
    let choices = vec((text(), text()), 0..6);
    (kind(), proptest::option::of(text()), text(), proptest::option::of(model()), choices, any::<[bool; 3]>())
        .prop_map(|(kind, label, help, relation, selection, [required, readonly, store])| {
            json!({"type": kind, "string": label, "help": help, "relation": relation, "selection": selection,
                "required": required, "readonly": readonly, "store": store})
        })
}

fn model() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]{1,2}([._][a-c0-2]{0,2}){0,2}",
        "(option|vec|type|mod|markers|self|string|value|id|date|[.]|_|1)"
    ]
}

fn models() -> impl Strategy<Value = Value> {
    let fields =
        || btree_map(text(), field(), 0..8).prop_map(|fields| fields.into_iter().collect::<Map<_, _>>());
    btree_map(model(), fields(), 0..5).prop_map(|models| {
        Value::from(models.into_iter().map(|(model, fields)| (model, fields.into())).collect::<Map<_, _>>())
    })
}

/// That it is Rust, with each name once.
fn check(code: &str, types: &mut BTreeSet<String>) {
    let file = syn::parse_file(code).unwrap_or_else(|error| panic!("{error} in\n{code}"));
    let mut add = |ident: &syn::Ident| assert!(types.insert(ident.to_string()), "{ident} twice in\n{code}");
    for item in &file.items {
        let mut names = BTreeSet::new();
        match item {
            Item::Struct(item) => {
                add(&item.ident);
                let Fields::Named(fields) = &item.fields else { panic!("{code}") };
                let idents = fields.named.iter().filter_map(|field| field.ident.as_ref());
                for ident in idents {
                    assert!(names.insert(ident.to_string().to_uppercase()), "{ident} twice in\n{code}");
                }
                assert!(names.contains("ID"));
            }
            Item::Enum(item) => {
                add(&item.ident);
                for variant in &item.variants {
                    assert!(names.insert(variant.ident.to_string()), "{} twice in\n{code}", variant.ident);
                }
            }
            Item::Type(item) => add(&item.ident),
            Item::Mod(item) => assert!(names.insert(item.ident.to_string())),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_taken_or_refused(json in anything()) {
        let mut schema = Schema::new();
        if schema.add_json("m", &json.to_string()).is_ok() {
            check(&generate(&schema, &Options::new()).unwrap().one_file(), &mut BTreeSet::new());
        }
        let mut schema = Schema::new();
        if schema.add_models_json(&json.to_string()).is_ok() {
            check(&generate(&schema, &Options::new()).unwrap().one_file(), &mut BTreeSet::new());
        }
    }

    #[test]
    fn any_definitions_become_rust(json in models(), version in proptest::option::of(text())) {
        let mut schema = Schema::new();
        let mut taken = 0;
        for (model, fields) in json.as_object().unwrap() {
            // A name that no field has is refused, with the rest of its model; the others are what is tried.
            let fields: Map<String, Value> = fields.as_object().unwrap().clone().into_iter()
                .filter(|(name, _)| Schema::new().add_json("m", &json!({name: {"type": "char"}}).to_string()).is_ok()).collect();
            schema.add_json(model, &Value::from(fields).to_string()).unwrap();
            taken += 1;
        }
        schema.version = version;
        let every = schema.models.iter().filter(|(_, fields)| !fields.is_empty());
        let options = every.fold(Options::new(), |options, (model, fields)| options.fields(model, fields.keys().cloned()));
        for options in [Options::new(), options] {
            let code = generate(&schema, &options).unwrap();
            let mut types = BTreeSet::new();
            check(&code.one_file(), &mut types);
            let (mut spread, folder) = (BTreeSet::new(), code.folder());
            folder.values().for_each(|file| check(file, &mut spread));
            prop_assert_eq!(types, spread);
            prop_assert!(folder.len() > taken);
            prop_assert_eq!(code.one_file(), generate(&schema, &options).unwrap().one_file());
        }
        for model in schema.models.keys() {
            let mut again = Schema::new();
            again.add_json(model, &schema.to_json(model).unwrap()).unwrap();
            prop_assert_eq!(&again.models[model], &schema.models[model]);
        }
    }
}
