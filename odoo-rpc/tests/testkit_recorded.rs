//! The in-memory Odoo against recordings of real servers.
//!
//! Where `ODOO_WIRE` names the folder of the recordings, every recorded request is sent, as it is, to an in-memory
//! server of the same series, and the answer must have the recorded status, content type, class of error and types.
//!
//! Nothing in a request is adapted. Instead the server is: database, login, password and key are the recorded ones, the
//! product that the scenario sells has its recorded id, and the models whose ids later requests name start counting
//! where the recorded database stood.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may panic and says when it is skipped"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use odoo_rpc::testkit::{OdooServer, Series, Setup};
use odoo_rpc::xmlrpc::{MethodResponse, decode_response};
use serde_json::{Value, json};

const SESSION: &str = "only what a program reads of the session is answered: no menus, settings, views, chats of the web client";

/// What differs, and why. An entry that no longer differs fails the test.
const DIFFERENCES: [(&str, &str, &str); 4] = [
    ("17.0/jsonrpc.json", "session authenticate", SESSION),
    ("19.0/jsonrpc.json", "session authenticate", SESSION),
    ("17.0/jsonrpc.json", "unlink", "17.0 answers the text of a bound method, a slip of that release"),
    ("17.0/xmlrpc.json", "unlink", "17.0 answers the text of a bound method, a slip of that release"),
];

#[derive(serde::Deserialize)]
struct Exchange {
    name: String,
    request: Request,
    response: Response,
}

#[derive(serde::Deserialize)]
struct Request {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Option<String>,
}

#[derive(serde::Deserialize)]
struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

#[tokio::test]
async fn answers_as_the_recorded_servers_do() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the recordings are not part of the project; a variable names them"
    )]
    let Ok(folder) = std::env::var("ODOO_WIRE") else {
        println!("skipped: ODOO_WIRE is not set");
        return;
    };
    let folder = PathBuf::from(folder);
    let mut wrong = Vec::new();
    let mut seen = 0;
    let mut figures = Vec::new();
    for file in
        ["17.0/xmlrpc.json", "17.0/jsonrpc.json", "19.0/xmlrpc.json", "19.0/jsonrpc.json", "19.0/json2.json"]
    {
        let exchanges = exchanges(&folder.join(file));
        let server = server(file, &exchanges).await;
        let mut agreed = 0;
        for exchange in &exchanges {
            seen += 1;
            let found = compare(&server, exchange).await;
            let known = DIFFERENCES.iter().find(|(place, name, _)| *place == file && *name == exchange.name);
            agreed += usize::from(found.is_none());
            match (found, known) {
                (Some(text), None) => wrong.push(format!("{file} {}: {text}", exchange.name)),
                (None, Some(_)) => {
                    wrong.push(format!("{file} {}: listed, but it does not differ", exchange.name))
                }
                _ => {}
            }
        }
        figures.push(format!("{file} {agreed} of {}", exchanges.len()));
        if agreed * 100 < exchanges.len() * 95 {
            wrong.push(format!("{file}: only {agreed} of {} answers agree", exchanges.len()));
        }
    }
    println!("agreement: {}", figures.join(", "));
    for (file, name, reason) in DIFFERENCES {
        println!("differs: {file} {name}: {reason}");
    }
    assert!(seen > 200, "only {seen} exchanges found");
    assert!(wrong.is_empty(), "{} of {seen}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every field of the in-memory models is one of Odoo's, with its type, relation and selection.
#[tokio::test]
async fn fields_are_described_as_recorded() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the recordings are not part of the project; a variable names them"
    )]
    let Ok(folder) = std::env::var("ODOO_WIRE") else {
        println!("skipped: ODOO_WIRE is not set");
        return;
    };
    let mut wrong = Vec::new();
    let mut seen = 0;
    for series in [Series::V17, Series::V19] {
        let server = OdooServer::start(Setup::new(series)).await.expect("starts");
        for model in server.odoo().rows("ir.model") {
            let model = model["model"].as_str().unwrap().to_owned();
            let file =
                PathBuf::from(&folder).join(series.name()).join("fields_get").join(format!("{model}.json"));
            let Ok(text) = std::fs::read_to_string(file) else { continue };
            let recorded: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
            let request = json!({"jsonrpc": "2.0", "id": 1, "params": {"service": "object", "method": "execute_kw",
                "args": ["odoo", 2, "admin", model, "fields_get", [], {}]}});
            let request = Request {
                method: "POST".to_owned(),
                path: "/jsonrpc".to_owned(),
                headers: BTreeMap::from([("Content-Type".to_owned(), "application/json".to_owned())]),
                body: Some(request.to_string()),
            };
            let (_, _, body) = send(&server, &request).await;
            let ours = value_of("/jsonrpc", &body).expect("fields");
            for (name, field) in ours.as_object().unwrap() {
                seen += 1;
                if let Some(text) = field_unlike(recorded.get(name), field) {
                    wrong.push(format!("{} {model}.{name}: {text}", series.name()));
                }
            }
        }
    }
    assert!(seen > 500, "only {seen} fields found");
    assert!(wrong.is_empty(), "{} of {seen}:\n{}", wrong.len(), wrong.join("\n"));
}

fn field_unlike(recorded: Option<&Value>, ours: &Value) -> Option<String> {
    let Some(recorded) = recorded else { return Some("Odoo has no such field".to_owned()) };
    let keys = ["type", "relation", "relation_field", "required", "store", "readonly", "company_dependent"];
    let differing = keys.iter().find(|key| recorded.get(*key) != ours.get(*key));
    if let Some(key) = differing {
        return Some(format!("{key} is {}, recorded {}", ours[key], recorded[key]));
    }
    let options = |field: &Value| -> Vec<String> {
        let pairs = field["selection"].as_array().cloned().unwrap_or_default();
        pairs.iter().filter_map(|pair| pair[0].as_str().map(str::to_owned)).collect()
    };
    let known = options(recorded);
    // A long list was cut in the recording.
    let cut = known.last().is_some_and(|last| last == "...");
    let strange = options(ours).into_iter().find(|option| !cut && !known.contains(option));
    strange.map(|option| format!("selection has {option}, recorded {known:?}"))
}

fn exchanges(path: &Path) -> Vec<Exchange> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A server that stands where the recorded one stood before the scenario.
async fn server(file: &str, exchanges: &[Exchange]) -> OdooServer {
    let series = if file.starts_with("17") { Series::V17 } else { Series::V19 };
    let server = OdooServer::start(setup(series)).await.expect("starts");
    let odoo = server.odoo();
    odoo.stock(20, None, 500.0).expect("stocked");
    odoo.stock(20, None, -1.0).expect("stocked");
    let result = |name: &str| {
        let exchange = exchanges.iter().find(|exchange| exchange.name == name).expect("recorded");
        let value = value_of(&exchange.request.path, &exchange.response.body).expect("a value");
        value.as_i64().or_else(|| value[0].as_i64()).expect("an id")
    };
    let order = result("sale order create");
    odoo.set_next_id("res.partner", result("create one partner"));
    odoo.set_next_id("sale.order", order);
    odoo.set_next_number("sale.order", order);
    server
}

fn setup(series: Series) -> Setup {
    let goods = |name: &str, code: &str| match series {
        Series::V17 => json!({"name": name, "default_code": code, "detailed_type": "product"}),
        Series::V19 => json!({"name": name, "default_code": code, "is_storable": true}),
    };
    let mut setup = Setup::new(series)
        .database(if series == Series::V17 { "odoo17" } else { "odoo19" })
        .admin("admin", "admin", "API_KEY")
        .time_zone("Europe/Brussels");
    for (id, name) in [(7, "Services"), (8, "Office Furniture")] {
        setup = setup.record_with_id("res.partner.category", id, json!({"name": name}));
    }
    // Companies enough for a page, with contacts, tags and a VAT number, as the demo data has.
    for name in ["Wood Corner", "Acme", "Azure", "Gemini", "Ready", "Lumber", "Deco"] {
        let values = json!({
            "name": name, "is_company": true, "email": "info@example.com", "vat": "US12345672", "phone": "+1 555 555 0100",
            "lang": "en_US", "category_id": [[6, 0, [7, 8]]], "child_ids": [[0, 0, {"name": "Somebody"}]],
            "country_id": 47, "state_id": 2,
        });
        setup = setup.record("res.partner", values);
    }
    for (id, name, code) in [(5, "Office Chair", "FURN_7777"), (20, "Large Cabinet", "E-COM07")] {
        setup = setup.record_with_id("product.product", id, goods(name, code));
    }
    for id in 1..=2 {
        let values = json!({
            "name": format!("INV/2026/0000{id}"), "move_type": "out_invoice", "state": "posted", "partner_id": 4,
            "invoice_date": "2026-11-01", "invoice_date_due": "2026-12-31", "amount_untaxed": 100.0,
            "amount_total": 100.0, "amount_residual": 100.0, "currency_id": 1,
            "payment_reference": format!("INV/2026/0000{id}"), "line_ids": [[0, 0, {"name": "a line"}]],
        });
        setup = setup.record("account.move", values);
    }
    setup
}

/// Sends a recorded request and says what is unlike the recorded answer.
async fn compare(server: &OdooServer, exchange: &Exchange) -> Option<String> {
    let (status, kind, body) = send(server, &exchange.request).await;
    let recorded = &exchange.response;
    if status != recorded.status {
        return Some(format!("status {status}, recorded {}: {body}", recorded.status));
    }
    let header = |name: &str| recorded.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    let recorded_kind = header("content-type").map(|(_, value)| value.as_str()).unwrap_or_default();
    if kind != recorded_kind {
        return Some(format!("content type {kind}, recorded {recorded_kind}"));
    }
    if kind.starts_with("text/html") {
        return None;
    }
    let path = &exchange.request.path;
    match (value_of(path, &recorded.body), value_of(path, &body)) {
        (Ok(left), Ok(right)) => unlike(&left, &right, &mut "$".to_owned()),
        (Err(left), Err(right)) if left == right => None,
        (left, right) => Some(format!("{right:?}, recorded {left:?}")),
    }
}

async fn send(server: &OdooServer, request: &Request) -> (u16, String, String) {
    #[expect(clippy::disallowed_methods, reason = "recorded requests are sent as they are, past the client")]
    let client = reqwest::Client::builder().retry(reqwest::retry::never()).build().unwrap();
    let url = format!("{}{}", server.url(), request.path);
    let method = request.method.parse().unwrap();
    let mut sent = client.request(method, url).body(request.body.clone().unwrap_or_default());
    for (name, value) in &request.headers {
        if !matches!(name.to_ascii_lowercase().as_str(), "host" | "content-length" | "connection") {
            sent = sent.header(name, value);
        }
    }
    let answer = sent.send().await.unwrap();
    let status = answer.status().as_u16();
    let kind = answer
        .headers()
        .get("content-type")
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    (status, kind, answer.text().await.unwrap())
}

/// The value of an answer, or the class of its error.
fn value_of(path: &str, body: &str) -> Result<Value, String> {
    if path.starts_with("/xmlrpc") {
        return match decode_response(body.as_bytes()).expect("XML-RPC") {
            MethodResponse::Value(value) => Ok(value),
            // A warning is its own text; the last line of a traceback names the exception and says what is wrong.
            MethodResponse::Fault(fault) if fault.text.starts_with("Traceback") => {
                let last = fault.text.lines().rfind(|line| !line.is_empty()).unwrap_or_default();
                Err(format!("fault {} {}", fault.code, without_numbers(last)))
            }
            MethodResponse::Fault(fault) => Err(format!("fault {} {}", fault.code, fault.text)),
        };
    }
    let value: Value = serde_json::from_str(body).expect("JSON");
    if let Some(error) = value.get("error") {
        return Err(format!("{} {} {}", error["code"], error["message"], error_of(&error["data"])));
    }
    if value.get("debug").is_some() && value.get("arguments").is_some() {
        return Err(error_of(&value));
    }
    if value.get("jsonrpc").is_some() {
        return Ok(value.get("result").cloned().unwrap_or(Value::Null));
    }
    Ok(value)
}

/// An error's class, message and arguments, and the kinds of the rest.
fn error_of(error: &Value) -> String {
    let message = without_numbers(error["message"].as_str().unwrap_or_default());
    let arguments = without_numbers(&error["arguments"].to_string());
    let debug = error["debug"].as_str().unwrap_or_default().starts_with("Traceback");
    format!("{} {message} {arguments} {} {debug}", error["name"], error["context"])
}

/// Ports and places in a text differ from machine to machine, and parsers name them differently.
fn without_numbers(text: &str) -> String {
    match text.strip_prefix("xml.parsers.expat.ExpatError") {
        Some(_) => "xml.parsers.expat.ExpatError".to_owned(),
        None => text.chars().filter(|letter| !letter.is_ascii_digit()).collect(),
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "double",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether the type of this value is one that Odoo shows as `false` when it is empty: text, a many2one, a record.
fn may_be_empty(value: &Value) -> bool {
    match value {
        Value::Bool(_) | Value::String(_) | Value::Object(_) => true,
        Value::Array(pair) => matches!(pair.as_slice(), [Value::Number(_), Value::String(_)]),
        Value::Null | Value::Number(_) => false,
    }
}

/// The first place where two values have other types. Lists are compared by what they hold, not by how much.
fn unlike(recorded: &Value, ours: &Value, path: &mut String) -> Option<String> {
    match (recorded, ours) {
        (Value::Bool(false), other) | (other, Value::Bool(false))
            if path.as_str() != "$" && may_be_empty(other) =>
        {
            None
        }
        (Value::Object(left), Value::Object(right)) => {
            let missing: Vec<&String> = left.keys().filter(|key| !right.contains_key(*key)).collect();
            let extra: Vec<&String> = right.keys().filter(|key| !left.contains_key(*key)).collect();
            if !missing.is_empty() || !extra.is_empty() {
                return Some(format!("{path}: without {missing:?}, besides {extra:?}"));
            }
            left.iter().find_map(|(key, value)| {
                let length = path.len();
                path.push('.');
                path.push_str(key);
                let found = unlike(value, &right[key], path);
                path.truncate(length);
                found
            })
        }
        (Value::Array(left), Value::Array(right)) => {
            if left.is_empty() != right.is_empty() && path.as_str() == "$" {
                return Some(format!("{path}: {} rows, recorded {}", right.len(), left.len()));
            }
            left.iter().zip(right).find_map(|(left, right)| {
                let length = path.len();
                path.push_str("[]");
                let found = unlike(left, right, path);
                path.truncate(length);
                found
            })
        }
        (left, right) if type_of(left) == type_of(right) => None,
        (left, right) => {
            Some(format!("{path}: {} {right}, recorded {} {left}", type_of(right), type_of(left)))
        }
    }
}
