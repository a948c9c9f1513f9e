//! The exported schemas, judged by a validator that is not ours.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use common::canonical;
use odoo_canonical::ObjectKind;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn exported() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let ran = canonical(&["export", folder.path().to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    folder
}

fn read(folder: &Path, path: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.join(path)).unwrap()).unwrap()
}

#[test]
fn an_export_is_the_same_again_and_what_differs_is_told() {
    let folder = exported();
    let path = folder.path().to_str().unwrap();
    let ran = canonical(&["export", path, "--check"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));

    fs::write(folder.path().join("party.json"), "{}").unwrap();
    fs::remove_file(folder.path().join("open/item.json")).unwrap();
    fs::write(folder.path().join("draft-07/old.json"), "{}").unwrap();
    let ran = canonical(&["export", path, "--check"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.out, "missing: open/item.json\nstale: party.json\nunknown: draft-07/old.json\n");
    assert_eq!(canonical(&["export", "/nowhere/at/all", "--check"]).code, 1);
}

#[test]
fn the_index_names_every_file_with_its_digest() {
    let folder = exported();
    let index = read(folder.path(), "index.json");
    let mut named = 1;
    for group in ["objects", "values", "envelope"] {
        for schema in index["schemas"][group].as_array().unwrap() {
            for variant in ["strict", "open", "draft-07"] {
                let file = &schema["variants"][variant];
                let text = fs::read(folder.path().join(file["path"].as_str().unwrap())).unwrap();
                assert_eq!(file["sha256"], odoo_canonical::Digest::of(&text).to_string());
                named += 1;
            }
        }
    }
    let folders = ["", "open", "draft-07"].map(|name| folder.path().join(name));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    assert_eq!(named, files.filter(|entry| entry.as_ref().unwrap().path().is_file()).count());
    assert_eq!(index["schemas"]["objects"].as_array().unwrap().len(), ObjectKind::ALL.len());
}

#[test]
fn strict_refuses_what_open_passes_over() {
    let folder = exported();
    for kind in ObjectKind::ALL {
        let validator = |variant: &str| {
            let schema = read(folder.path(), &format!("{variant}{kind}.json"));
            jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
        };
        let (strict, open, old) = (validator(""), validator("open/"), validator("draft-07/"));
        for seed in 0..20 {
            let sample = odoo_canonical::sample(*kind, seed).unwrap();
            let mut sample: Value = serde_json::to_value(&sample).unwrap();
            assert!(
                strict.is_valid(&sample) && open.is_valid(&sample) && old.is_valid(&sample),
                "{kind} {seed}"
            );
            sample["not_there_yet"] = json!(1);
            assert!(!strict.is_valid(&sample) && !old.is_valid(&sample), "{kind} {seed}");
            assert!(open.is_valid(&sample), "{kind} {seed}");
        }
    }
}

#[test]
fn strict_and_open_read_each_other() {
    let folder = exported();
    let strict = folder.path().join("sales_order.json");
    let open = folder.path().join("open/sales_order.json");
    let ran =
        canonical(&["diff", strict.to_str().unwrap(), open.to_str().unwrap(), "--require", "full", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let rules: Vec<&str> =
        report["changes"].as_array().unwrap().iter().map(|change| change["rule"].as_str().unwrap()).collect();
    assert!(rules.iter().all(|rule| ["object-opened", "documentation"].contains(rule)), "{rules:?}");
    // Draft-07 says the same thing in other words.
    let old = folder.path().join("draft-07/sales_order.json");
    let ran = canonical(&["diff", strict.to_str().unwrap(), old.to_str().unwrap(), "--require", "full"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
}
