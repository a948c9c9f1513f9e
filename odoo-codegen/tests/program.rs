//! The program, run: what it writes, says and ends with.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use odoo_rpc::testkit::{OdooServer, Series, Setup};

/// What the program said and ended with.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run(folder: &Path, arguments: &str, key: Option<&str>) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_odoo-codegen"));
    for name in ["ODOO_URL", "ODOO_DB", "ODOO_LOGIN", "ODOO_API_KEY"] {
        command.env_remove(name);
    }
    if let Some(key) = key {
        command.env("ODOO_API_KEY", key);
    }
    let output = command.args(arguments.split_whitespace()).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

fn definitions() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/definitions")
}

#[test]
fn code_is_written_held_against_and_brought_up_to_date() {
    let place = tempfile::tempdir().unwrap();
    let here = place.path();
    fs::create_dir(here.join("defs")).unwrap();
    for entry in fs::read_dir(definitions()).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, here.join("defs").join(path.file_name().unwrap())).unwrap();
    }
    for out in ["src/odoo.rs", "src/odoo"] {
        let with = format!("--from defs --out {out}");
        let missing = run(here, &format!("check {with}"), None);
        assert_eq!((missing.code, missing.err.as_str()), (1, ""), "{}", missing.out);
        assert!(missing.out.contains("is missing"), "{}", missing.out);
        let written = run(here, &format!("generate {with}"), None);
        assert_eq!((written.code, written.out.as_str(), written.err.as_str()), (0, "", ""));
        let checked = run(here, &format!("check {with}"), None);
        assert_eq!((checked.code, checked.out.as_str(), checked.err.as_str()), (0, "", ""));
    }

    let path = here.join("defs/sale.order.json");
    let changed = fs::read_to_string(&path).unwrap().replace("Customer Reference", "Their Reference");
    fs::write(&path, changed).unwrap();
    let stale = run(here, "check --from defs --out src/odoo", None);
    assert_eq!(stale.code, 1);
    assert_eq!(
        stale.out,
        "src/odoo/sale_order.rs is stale\n  -    /// Customer Reference\n  +    /// Their Reference\n"
    );

    // A model that is no longer asked for goes, what people wrote stays.
    fs::write(here.join("src/odoo/mine.rs"), "// by hand\n").unwrap();
    let fewer = run(here, "check --from defs --out src/odoo --models res.partner,sale.order", None);
    assert!(fewer.out.contains("src/odoo/x_odd_option.rs is left over\n"), "{}", fewer.out);
    assert_eq!(
        run(here, "generate --from defs --out src/odoo --models res.partner,sale.order", None).code,
        0
    );
    assert!(!here.join("src/odoo/x_odd_option.rs").exists() && here.join("src/odoo/mine.rs").exists());
    assert_eq!(run(here, "check --from defs --out src/odoo --models res.partner,sale.order", None).code, 0);

    // A file that people wrote is not overwritten, and nothing else is written either.
    fs::write(here.join("src/odoo/res_partner.rs"), "// by hand\n").unwrap();
    let refused = run(here, "generate --from defs --out src/odoo", None);
    assert_eq!(refused.code, 3);
    assert!(
        refused.err.starts_with("odoo-codegen: src/odoo/res_partner.rs: it is in the way"),
        "{}",
        refused.err
    );
    assert!(!here.join("src/odoo/x_odd_option.rs").exists());
}

#[test]
fn what_cannot_be_used_has_its_own_code() {
    let place = tempfile::tempdir().unwrap();
    let here = place.path();
    fs::write(here.join("bad.json"), "{\"name\": {\"type\": 1}}").unwrap();
    fs::write(here.join("m.json"), "{\"name\": {\"type\": \"char\"}}").unwrap();
    fs::write(here.join("key"), "secret-key\n").unwrap();
    let nobody = "--url http://127.0.0.1:9 --db x --login y";
    for (arguments, key, code, says) in [
        ("generate --from bad.json --out a.rs", None, 3, "bad.json: bad: name: `type` is not a text"),
        ("generate --from none --out a.rs", None, 3, "none: cannot be read"),
        ("generate --from m.json --out a.rs --models n", None, 3, "n: there is no definition"),
        ("generate --from m.json --out a.rs --fields m=nam", None, 3, "m: nam: the model has no such field"),
        ("generate --from m.json --out a.rs --fields m", None, 2, "MODEL=FIELD"),
        ("generate --from m.json", None, 2, "--out"),
        (
            &format!("fetch --out x {nobody} res.partner"),
            None,
            2,
            "no API key: set ODOO_API_KEY, or give --key-file",
        ),
        (&format!("fetch --out x {nobody} --key-file nokey res.partner"), None, 3, "nokey: cannot be read"),
        (&format!("fetch --out x {nobody} --key-file key res.partner"), None, 4, ""),
        (&format!("drift --from m.json {nobody}"), Some("secret-key"), 4, ""),
        (&format!("fetch --out x {nobody} --key secret-key res.partner"), None, 2, "unexpected argument"),
    ] {
        let ran = run(here, arguments, key);
        assert_eq!(ran.code, code, "{arguments}: {}", ran.err);
        assert!(ran.err.contains(says) && ran.out.is_empty(), "{arguments}: {}", ran.err);
        if key.is_some() || arguments.contains("--key-file key") {
            assert!(!ran.err.contains("secret-key"), "{}", ran.err);
        }
    }
    assert!(!here.join("x").exists() && !here.join("a.rs").exists());
}

/// Runs the program while the server, which is on this thread's runtime, answers.
async fn run_beside(here: &Path, arguments: String, key: &'static str) -> Ran {
    let here = here.to_owned();
    tokio::task::spawn_blocking(move || run(&here, &arguments, Some(key))).await.unwrap()
}

#[tokio::test]
async fn definitions_come_from_a_server_over_every_protocol() {
    let server = OdooServer::start(Setup::new(Series::V19)).await.unwrap();
    let place = tempfile::tempdir().unwrap();
    let here = place.path();
    let at = format!("--url {} --db odoo --login admin", server.url());
    let mut seen = Vec::new();
    for protocol in ["json2", "jsonrpc", "xmlrpc"] {
        let with = format!("{at} --protocol {protocol}");
        let ran =
            run_beside(here, format!("fetch --out {protocol} {with} sale.order res.partner"), "admin-key")
                .await;
        assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
        let ran = run_beside(here, format!("drift --from {protocol} {with}"), "admin-key").await;
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
        let ran = run(here, &format!("generate --from {protocol} --out {protocol}.rs"), None);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        seen.push(fs::read_to_string(here.join(format!("{protocol}.rs"))).unwrap());
    }
    assert!(seen.iter().all(|code| *code == seen[0]), "the protocol leaves no trace");
    assert!(seen[0].starts_with("// @generated by odoo-codegen from Odoo 19.0. Do not edit"), "{}", seen[0]);

    let saved = here.join("json2/sale.order.json");
    let changed = fs::read_to_string(&saved).unwrap().replace("\"type\": \"monetary\"", "\"type\": \"char\"");
    fs::write(&saved, changed.replace("\"locked\"", "\"blocked\"")).unwrap();
    let ran = run_beside(here, format!("drift --from json2 {at}"), "admin-key").await;
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert_eq!(
        ran.out,
        "breaking: sale.order: amount_tax: was char, is monetary\n\
         breaking: sale.order: amount_total: was char, is monetary\n\
         breaking: sale.order: amount_untaxed: was char, is monetary\n\
         breaking: sale.order: blocked: gone\n\
         notice: sale.order: locked: new, boolean\n"
    );
    let ran = run_beside(here, format!("drift --from json2 {at} --models res.partner"), "admin-key").await;
    assert_eq!(ran.code, 0, "{}", ran.out);

    let ran = run_beside(here, format!("fetch --out none {at} res.partner no.such.model"), "admin-key").await;
    assert_eq!(ran.code, 4);
    assert!(
        ran.err.starts_with("odoo-codegen: no.such.model: the server did not tell its fields: "),
        "{}",
        ran.err
    );
    assert!(!here.join("none").exists(), "nothing is saved if one model fails");
    let ran =
        run_beside(here, format!("fetch --out none {at} --protocol jsonrpc res.partner"), "wrong-key").await;
    assert_eq!((ran.code, ran.err.contains("wrong-key")), (4, false), "{}", ran.err);
}
