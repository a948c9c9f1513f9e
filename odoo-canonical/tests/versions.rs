//! Released schemas never change, and documents of older versions become those of this one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_canonical::{Digest, Object, ObjectKind, upcast, versions};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn json_at(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        .unwrap()
}

/// Every file below a folder of schemas, relative to `schemas`.
fn files(folder: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(at(&format!("schemas/{folder}"))).unwrap() {
        let (entry, name) =
            entry.map(|entry| (entry.path(), entry.file_name().into_string().unwrap())).unwrap();
        let path = format!("{folder}/{name}");
        if entry.is_dir() {
            found.append(&mut files(&path));
        } else {
            found.insert(path);
        }
    }
    found
}

#[test]
fn released_schemas_are_as_they_were_released() {
    // The lines of `sha256sum`. A release appends the files of its version; nobody ever changes a line.
    let text = fs::read_to_string(at("schemas/released.txt")).unwrap();
    let mut listed = BTreeSet::new();
    for line in text.lines() {
        let (digest, path) = line.split_once("  ").unwrap();
        let bytes = fs::read(at(&format!("schemas/{path}")))
            .unwrap_or_else(|_| panic!("{path} was released and is gone"));
        assert_eq!(
            Digest::of(&bytes).to_string(),
            digest,
            "{path} was released and never changes: put it back, and make the next version (see \"Versions\" in README.md)"
        );
        listed.insert(path.to_owned());
    }
    for version in listed.iter().filter_map(|path| path.split('/').next()).collect::<BTreeSet<_>>() {
        let of_version: BTreeSet<String> =
            listed.iter().filter(|path| path.starts_with(version)).cloned().collect();
        assert_eq!(files(version), of_version, "{version} was released: no file may come or go");
    }
    assert!(listed.contains("v0/item.json") && listed.contains("v1/sales_order.json"));
}

#[test]
fn older_documents_become_those_that_were_meant() {
    let mut seen = 0;
    for kind in ObjectKind::ALL.iter().copied() {
        for version in versions(kind).into_iter().filter(|version| *version < 1) {
            let schema =
                jsonschema::validator_for(&json_at(&at(&format!("schemas/v{version}/{kind}.json")))).unwrap();
            for entry in fs::read_dir(at(&format!("src/object/{kind}/golden"))).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                let Some(stem) = name.strip_suffix(&format!(".v{version}.json")) else { continue };
                let old = json_at(&path);
                assert!(schema.is_valid(&old), "{name}: {:?}", schema.iter_errors(&old).next());
                let new =
                    upcast(kind, version, old.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_eq!(new, json_at(&path.with_file_name(format!("{stem}.v1.json"))), "{name}");
                let object = Object::from_json(kind, &serde_json::to_vec(&new).unwrap()).unwrap();
                assert_eq!(object.check(), [], "{name}");
                // Pure: the same again, and nothing to do for what is of this version.
                assert_eq!(upcast(kind, version, old).unwrap(), new);
                assert_eq!(upcast(kind, 1, new.clone()).unwrap(), new);
                seen += 1;
            }
        }
    }
    assert!(seen >= 2, "{seen} documents");
}

#[test]
fn what_cannot_be_brought_over_says_where() {
    let old = json!({ "key": "1", "name": "a", "type": "product" });
    for (field, value) in [
        ("type", json!("combo")),
        ("type", json!(null)),
        ("price", json!(19.95)),
        ("price", json!("19.95")),
        ("price", json!("19,95 EUR")),
        ("archived", json!("no")),
        ("colour", json!("red")),
    ] {
        let mut document = old.clone();
        document[field] = value.clone();
        let error = upcast(ObjectKind::Item, 0, document).unwrap_err();
        assert_eq!(error.path, format!("/{field}"), "{value}");
        assert!(!error.to_string().contains("19"), "{error}");
    }
    for strange in [json!(null), json!([]), json!("x"), json!({})] {
        assert!(upcast(ObjectKind::Item, 0, strange).is_err());
    }
    assert!(upcast(ObjectKind::Item, 2, old.clone()).is_err());
    let error = upcast(ObjectKind::Location, 0, old).unwrap_err();
    assert!(error.detail.contains("location has no version 0"), "{error}");
    assert_eq!((versions(ObjectKind::Item), versions(ObjectKind::Location)), (vec![0, 1], vec![1]));
}
