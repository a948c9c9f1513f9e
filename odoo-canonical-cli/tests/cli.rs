//! The program from outside: what it writes, and what it ends with.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use common::{canonical, canonical_with};
use odoo_canonical::ObjectKind;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

#[test]
fn a_difference_is_told_and_a_requirement_decides() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, schema: Value| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, schema.to_string()).unwrap();
        path.display().to_string()
    };
    let field = json!({ "type": "string" });
    let closed =
        |fields: Value| json!({ "type": "object", "additionalProperties": false, "properties": fields });
    let old = write("old/thing.json", closed(json!({ "a": field })));
    let new = write("new/thing.json", closed(json!({ "a": field, "b": field })));
    write("new/other.json", json!({ "type": "string" }));
    let (old_folder, new_folder) =
        (folder.path().join("old").display().to_string(), folder.path().join("new").display().to_string());

    let ran = canonical(&["diff", &old, &new, "--require", "full"]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    assert!(ran.out.starts_with("full  thing /b  property-added  `b` is new and optional"), "{}", ran.out);
    assert_eq!(canonical(&["diff", &old, &new, "--require", "full", "--readers", "strict"]).code, 1);
    assert_eq!(canonical(&["diff", &old, &new, "--require", "backward", "--readers", "strict"]).code, 0);
    assert_eq!(canonical(&["diff", &new, &old, "--require", "full"]).code, 0);
    assert_eq!(canonical(&["diff", &new, &old, "--require", "full", "--forbid-removal"]).code, 1);

    let ran = canonical(&["diff", &new_folder, &old_folder, "--require", "forward", "--json"]);
    assert_eq!(ran.code, 1);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["compat"], "breaking");
    assert_eq!(report["changes"][0]["rule"], "schema-removed");
    assert_eq!(report["changes"][0]["places"], json!([{ "schema": "other", "path": "" }]));
    let ran = canonical(&["diff", &old_folder, &new_folder, "--json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(report["changes"].as_array().unwrap().iter().any(|change| change["rule"] == "schema-added"));

    assert_eq!(canonical(&["diff", "v1", "v1", "--require", "full"]).out, "v1 and v1: no change\n");
}

#[test]
fn what_is_exported_is_what_is_built_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    assert_eq!(canonical(&["export", path]).code, 0);
    let ran = canonical(&["diff", path, "v1", "--require", "full"]);
    assert!(ran.out.ends_with("no change\n"), "{}", ran.out);
}

#[test]
fn what_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let empty = tempfile::tempdir().unwrap().keep().display().to_string();
    for (arguments, wanted) in [
        (
            vec!["diff".to_owned(), "v7".to_owned(), "v1".to_owned()],
            "v7: no such file or folder, and no version of that name is built in; built in are v1",
        ),
        (
            vec!["diff".to_owned(), path("a.json", "{"), "v1".to_owned()],
            "a.json: line 1, column 1: this is not JSON",
        ),
        (vec!["diff".to_owned(), path("b.json", "3"), "v1".to_owned()], "b.json: a schema is a JSON object"),
        (
            vec!["diff".to_owned(), empty.clone(), "v1".to_owned()],
            "no schema (*.json) is right in this folder",
        ),
        (
            vec!["sample".to_owned(), "sock".to_owned()],
            "sock: no business object has this name; known are party",
        ),
        (vec!["export".to_owned(), "x".to_owned(), "--version".to_owned(), "v7".to_owned()], "v7: no such"),
        (
            vec!["validate".to_owned(), "nowhere.json".to_owned()],
            "nowhere.json: cannot be read: No such file",
        ),
        (vec!["asyncapi".to_owned(), path("f.toml", "title = 3")], "f.toml: line 1: invalid type"),
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ran = canonical(&arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.errors);
        assert!(
            ran.errors.starts_with("canonical: ") && ran.errors.contains(wanted),
            "{arguments:?}: {}",
            ran.errors
        );
        assert_eq!(ran.errors.lines().count(), 1, "{}", ran.errors);
    }
    fs::remove_dir(empty).unwrap();
    assert_eq!(canonical(&["diff", "v1"]).code, 2);
}

#[test]
fn samples_of_every_object_are_valid_and_the_same_again() {
    for kind in ObjectKind::ALL {
        let name = kind.as_str();
        let bare = canonical(&["sample", name, "--seed", "7", "--count", "20"]);
        assert_eq!(bare.out, canonical(&["sample", name, "--seed", "7", "--count", "20"]).out);
        let single = canonical(&["sample", name, "--seed", "8"]);
        assert_eq!(bare.out.lines().nth(1), single.out.lines().next());
        let ran = canonical_with(&["validate", "-", "--object", name], bare.out.as_bytes());
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (0, "20 documents, 20 valid, 0 not; 0 findings\n"),
            "{name}"
        );
        let events = canonical(&["sample", name, "--count", "20", "--envelope"]);
        let ran = canonical_with(&["validate", "-"], events.out.as_bytes());
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (0, "20 documents, 20 valid, 0 not; 0 findings\n"),
            "{name}"
        );
    }
}

#[test]
fn a_finding_has_its_file_line_place_and_rule() {
    let event = canonical(&["sample", "sales_order", "--envelope"]).out;
    let unsound = event.replace("\"gross\":\"", "\"gross\":\"9");
    let misshapen = event.replace("\"currency\":\"", "\"currency\":\"x");
    let input = format!("{event}\n{unsound}{misshapen}{{broken}}\n");
    let ran = canonical_with(&["validate", "-", "--json", "--no-values"], input.as_bytes());
    assert_eq!(ran.code, 1);
    let lines: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found = |finding: &Value| {
        (
            finding["document"].clone(),
            finding["line"].clone(),
            finding["path"].clone(),
            finding["rule"].clone(),
        )
    };
    let wanted = |document: u64, line: u64, path: &str, rule: &str| {
        (json!(document), json!(line), json!(path), json!(rule))
    };
    assert_eq!(found(&lines[0]), wanted(2, 3, "/data/totals/gross", "BR-CO-15"));
    assert!(lines[0].get("expected").is_none() && lines[0].get("found").is_none());
    assert!(lines.iter().any(|line| found(line) == wanted(3, 4, "/data/currency", "value")), "{lines:?}");
    assert!(lines.iter().any(|line| found(line) == wanted(4, 5, "", "syntax")), "{lines:?}");
    assert_eq!(lines.last().unwrap()["summary"]["invalid"], 3);

    let ran = canonical_with(&["validate", "-"], unsound.as_bytes());
    let first = ran.out.lines().next().unwrap();
    assert!(first.starts_with("-:1: document 1: /data/totals/gross: BR-CO-15: "), "{first}");
    assert!(first.contains(": expected ") && first.contains(", found 9"), "{first}");
}

#[test]
fn what_a_document_is_must_be_known() {
    let finding = |arguments: &[&str], input: &str| {
        let all = [&["validate", "-", "--json"], arguments].concat();
        let ran = canonical_with(&all, input.as_bytes());
        assert_eq!(ran.code, 1, "{input}: {}", ran.out);
        let first: Value = serde_json::from_str(ran.out.lines().next().unwrap()).unwrap();
        (first["path"].as_str().unwrap().to_owned(), first["rule"].as_str().unwrap().to_owned())
    };
    let found = |path: &str, rule: &str| (path.to_owned(), rule.to_owned());
    let event = canonical(&["sample", "item", "--envelope"]).out;
    let order = canonical(&["sample", "sales_order"]).out;
    assert_eq!(finding(&[], &order), found("", "kind"));
    assert_eq!(finding(&["--object", "sales_order"], &event), found("/dataschema", "kind"));
    assert_eq!(finding(&[], &event.replace("/v1/", "/v99/")), found("/dataschema", "version"));
    assert_eq!(finding(&[], ""), found("", "syntax"));
    assert_eq!(finding(&["--object", "item"], "[]"), found("", "type"));

    // Without a schema, the type says it; without both, the user.
    let mut unnamed: Value = serde_json::from_str(&event).unwrap();
    unnamed.as_object_mut().unwrap().remove("dataschema");
    assert_eq!(canonical_with(&["validate", "-"], unnamed.to_string().as_bytes()).code, 0);
    unnamed["type"] = json!("com.acme.changed");
    assert_eq!(finding(&[], &unnamed.to_string()), found("", "kind"));
    assert_eq!(
        canonical_with(&["validate", "-", "--object", "item"], unnamed.to_string().as_bytes()).code,
        0
    );

    // Data that is elsewhere is said to be.
    unnamed["type"] = json!("item.changed.v1");
    unnamed.as_object_mut().unwrap().remove("data");
    assert_eq!(finding(&[], &unnamed.to_string()), found("", "missing_field"));
    unnamed["dataref"] = json!("s3://bucket/key");
    let ran = canonical_with(&["validate", "-"], unnamed.to_string().as_bytes());
    assert_eq!((ran.code, ran.out.contains("the data of 1 is elsewhere")), (0, true), "{}", ran.out);
}

#[test]
fn several_files_are_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let pretty: Value = serde_json::from_str(&canonical(&["sample", "party", "--envelope"]).out).unwrap();
    let (one, many) = (folder.path().join("one.json"), folder.path().join("many.ndjson"));
    fs::write(&one, format!("{pretty:#}\n")).unwrap();
    fs::write(&many, format!("{{\n{}", canonical(&["sample", "item", "--count", "2", "--envelope"]).out))
        .unwrap();
    let ran = canonical(&["validate", one.to_str().unwrap(), many.to_str().unwrap()]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.ends_with("4 documents, 3 valid, 1 not; 1 findings\n"), "{}", ran.out);
}

#[test]
fn a_document_is_brought_to_this_version() {
    let event = canonical(&["sample", "party", "--envelope"]).out;
    let ran = canonical_with(&["upcast", "-"], event.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.errors);
    let same = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(same(&ran.out), same(&event));

    let bare = canonical(&["sample", "party"]).out;
    assert_eq!(
        canonical_with(&["upcast", "-", "--object", "party", "--from", "1"], bare.as_bytes()).out,
        bare
    );
    let ran = canonical_with(&["upcast", "-", "--object", "party", "--from", "77"], bare.as_bytes());
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.errors.contains("-:1: document 1: : upcast: version 77 is newer"), "{}", ran.errors);
    // Which of two prices holds, nobody can tell.
    let twice = r#"{"key":"k","name":"n","type":"product","price":"19.95 EUR","price":"1.00 EUR"}"#;
    let ran = canonical_with(&["upcast", "-", "--object", "item", "--from", "0"], twice.as_bytes());
    assert!(ran.out.is_empty() && ran.errors.contains("the field `price` stands twice"), "{}", ran.errors);
    let ran = canonical_with(&["upcast", "-"], bare.as_bytes());
    assert!(ran.errors.contains("--object and --from must say what it is"), "{}", ran.errors);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_canonical"))
        .args(["sample", "party", "--count", "100000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with('{'));
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
