//! The layering law: imports point one way, and connectors never know one another.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// The workspace's packages: folder and (name, dev-only) of what they depend on.
fn packages() -> BTreeMap<String, (String, BTreeSet<(String, bool)>)> {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let root = metadata["workspace_root"].as_str().unwrap();
    let package = |package: &Value| {
        let folder = package["manifest_path"].as_str().unwrap();
        let folder = folder
            .trim_start_matches(root)
            .trim_start_matches('/')
            .trim_end_matches("/Cargo.toml")
            .to_owned();
        let dependency = |d: &Value| (d["name"].as_str().unwrap().to_owned(), d["kind"] == "dev");
        let dependencies = package["dependencies"].as_array().unwrap().iter().map(dependency).collect();
        (package["name"].as_str().unwrap().to_owned(), (folder, dependencies))
    };
    metadata["packages"].as_array().unwrap().iter().map(package).collect()
}

/// What a package may import of the workspace, outside its tests.
fn allowed(folder: &str) -> &'static [&'static str] {
    match folder {
        "odoo-canonical" | "odoo-rpc-derive" => &[],
        "odoo-canonical-cli" => &["odoo-canonical"],
        "odoo-rpc" => &["odoo-rpc-derive"],
        "odoo-codegen" => &["odoo-rpc"],
        "connector-core" => &["odoo-canonical"],
        "connectors/odoo" => &["odoo-canonical", "odoo-rpc", "connector-core"],
        _ if folder.starts_with("connectors/") => &["odoo-canonical", "connector-core"],
        _ => &["odoo-canonical", "odoo-rpc", "connector-core", "connector-odoo", "connector-shopify"],
    }
}

#[test]
fn imports_point_one_way() {
    let packages = packages();
    assert!(packages.len() >= 7, "the workspace was found: {:?}", packages.keys());
    for (name, (folder, dependencies)) in &packages {
        for (dependency, dev) in dependencies {
            let Some((their_folder, _)) = packages.get(dependency) else { continue };
            if dependency == name && *dev {
                // Its own test doubles.
                continue;
            }
            let tests_may =
                *dev && !(folder.starts_with("connectors/") && their_folder.starts_with("connectors/"));
            assert!(
                allowed(folder).contains(&dependency.as_str()) || (tests_may && dependency == "odoo-rpc"),
                "{name} ({folder}) must not depend on {dependency} ({their_folder})"
            );
        }
    }
}

#[test]
fn the_language_does_no_io_and_the_core_knows_no_wire() {
    let packages = packages();
    let has = |package: &str, what: &str| packages[package].1.contains(&(what.to_owned(), false));
    for io in ["tokio", "reqwest", "hyper", "axum", "rusqlite", "async-trait", "url"] {
        assert!(!has("odoo-canonical", io), "odoo-canonical must not depend on {io}");
    }
    for wire in ["quick-xml", "odoo-rpc"] {
        assert!(!has("connector-core", wire), "connector-core must not depend on {wire}");
    }
    for (name, (folder, _)) in packages.iter().filter(|(_, (folder, _))| folder.starts_with("connectors/")) {
        assert!(!has(name, "reqwest"), "{folder} must use the context's HTTP client");
    }
}
