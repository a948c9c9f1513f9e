//! The definitions of real servers: all of them become code, always the same, that parses and that rustfmt would leave as it is.
//!
//! They are found through the variable `ODOO_WIRE`. With `ODOO_CODEGEN_COMPILE=1` the code is compiled too, with warnings denied, in a crate
//! of its own, which takes minutes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test may panic, be told where things are, and say what it skips"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use odoo_codegen::{Code, Options, Schema, generate, read_schema, write_code};

const SERIES: [&str; 2] = ["17.0", "19.0"];

/// The definitions of each series. `None`: there are none, and it was said.
fn corpus() -> Option<Vec<(&'static str, Schema)>> {
    let Ok(folder) = std::env::var("ODOO_WIRE") else {
        println!("skipped: ODOO_WIRE is not set");
        return None;
    };
    let read = |series| (series, read_schema(&Path::new(&folder).join(series).join("fields_get")).unwrap());
    Some(SERIES.map(read).into_iter().collect())
}

/// Every field, the heavy ones too.
fn everything(schema: &Schema) -> Options {
    let every = schema.models.iter();
    every.fold(Options::new(), |options, (model, fields)| options.fields(model, fields.keys().cloned()))
}

fn codes(schema: &Schema) -> [Code; 2] {
    [Options::new(), everything(schema)].map(|options| generate(schema, &options).unwrap())
}

#[test]
fn every_model_becomes_code_and_always_the_same() {
    let Some(corpus) = corpus() else { return };
    for (series, schema) in corpus {
        assert!(schema.models.len() >= 40, "{series}");
        let again = codes(&schema);
        for (code, again) in codes(&schema).iter().zip(&again) {
            let (one, folder) = (code.one_file(), code.folder());
            assert_eq!((&one, &folder), (&again.one_file(), &again.folder()));
            for text in folder.values().chain([&one]) {
                syn::parse_file(text).unwrap();
            }
            let structs = one.matches("\npub struct ").count();
            assert_eq!(structs, schema.models.len(), "{series}");
        }
        let all = codes(&schema)[1].one_file();
        let fields: usize =
            schema.models.values().map(|fields| fields.keys().filter(|name| *name != "id").count()).sum();
        let written = all.lines().filter(|line| line.starts_with("    pub ")).count();
        assert_eq!(written, fields + schema.models.len(), "each field once, and an id for each model");
    }
}

#[test]
fn what_is_saved_is_what_was_read() {
    let Some(corpus) = corpus() else { return };
    for (_, schema) in corpus {
        let place = tempfile::tempdir().unwrap();
        odoo_codegen::save_schema(&schema, place.path()).unwrap();
        assert_eq!(read_schema(place.path()).unwrap(), schema);
    }
}

#[test]
fn rustfmt_has_nothing_to_do() {
    let Some(corpus) = corpus() else { return };
    if Command::new("rustfmt").arg("--version").output().is_err() {
        println!("skipped: there is no rustfmt");
        return;
    }
    for (series, schema) in corpus {
        let place = tempfile::tempdir().unwrap();
        let code = generate(&schema, &everything(&schema)).unwrap();
        // Without the line that keeps rustfmt away, and without the modules, whose order says where each type is from.
        let files = code
            .folder()
            .into_iter()
            .filter(|(name, _)| name != "mod.rs")
            .chain([("odoo.rs".to_owned(), code.one_file())]);
        let paths: Vec<PathBuf> = files
            .map(|(name, text)| {
                let path = place.path().join(name);
                fs::write(&path, text.replace("#![cfg_attr(rustfmt, rustfmt_skip)]\n", "")).unwrap();
                path
            })
            .collect();
        let checked =
            Command::new("rustfmt").args(["--check", "--edition", "2024"]).args(&paths).output().unwrap();
        let told = String::from_utf8_lossy(&checked.stdout);
        assert!(checked.status.success(), "{series}: {}", told.chars().take(4000).collect::<String>());
    }
}

#[test]
fn all_of_it_compiles() {
    if std::env::var("ODOO_CODEGEN_COMPILE").as_deref() != Ok("1") {
        println!("skipped: ODOO_CODEGEN_COMPILE is not 1");
        return;
    }
    let Some(corpus) = corpus() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile");
    let _ = fs::remove_dir_all(place.join("src"));
    fs::create_dir_all(place.join("src")).unwrap();
    let client = root.join("odoo-rpc");
    let manifest = format!(
        "[package]\nname = \"generated\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\nserde_json = \"1\"\n\
         odoo-rpc = {{ path = {client:?}, default-features = false, features = [\"derive\"] }}\n"
    );
    fs::write(place.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root.join("Cargo.lock"), place.join("Cargo.lock")).unwrap();
    let mut modules = BTreeSet::new();
    for (series, schema) in corpus {
        let name = format!("odoo_{}", series.replace('.', "_"));
        let options = everything(&schema);
        write_code(&generate(&schema, &options).unwrap(), &place.join("src").join(format!("{name}.rs")))
            .unwrap();
        write_code(
            &generate(&schema, &Options::new()).unwrap(),
            &place.join("src").join(format!("{name}_folder")),
        )
        .unwrap();
        modules.extend([format!("pub mod {name};\n"), format!("pub mod {name}_folder;\n")]);
    }
    let lib: String = modules.into_iter().collect();
    fs::write(
        place.join("src/lib.rs"),
        format!("//! Generated.\n#![deny(warnings, missing_docs, clippy::all)]\n{lib}"),
    )
    .unwrap();
    for (command, flags) in [("clippy", ""), ("doc", "-D warnings")] {
        let built = Command::new(option_env!("CARGO").unwrap_or("cargo"))
            .args([command, "--offline", "--quiet"])
            .args((command == "doc").then_some("--no-deps"))
            .env("CARGO_TARGET_DIR", place.join("target"))
            .env("RUSTDOCFLAGS", flags)
            .current_dir(&place)
            .output()
            .unwrap();
        assert!(built.status.success(), "{command}: {}", String::from_utf8_lossy(&built.stderr));
    }
}
