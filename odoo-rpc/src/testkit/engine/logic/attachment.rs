//! Attachments: content, and what Odoo derives from it. The content is kept as base64 under `_content`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::testkit::engine::auth::hidden;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::error::{ErrorKind, OdooError, Result};
use crate::testkit::engine::sha1;

const MODEL: &str = "ir.attachment";

pub(super) fn compute(env: &Env<'_>, id: i64, name: &str) -> Option<Value> {
    let content = hidden(env, MODEL, id, "_content");
    Some(match name {
        "datas" => content,
        // Bytes go out as text; what is no text would be an error of the real server's encoder.
        "raw" => {
            let Some(bytes) = content.as_str().and_then(|text| STANDARD.decode(text).ok()) else {
                return Some(Value::Bool(false));
            };
            json!(String::from_utf8_lossy(&bytes))
        }
        "res_name" => {
            let model = env.text(MODEL, id, "res_model");
            let record = env.value(MODEL, id, "res_id").as_i64().unwrap_or_default();
            match env.db.row(&model, record) {
                Some(_) => env.value(&model, record, "display_name"),
                None => Value::Bool(false),
            }
        }
        "local_url" => match env.text(MODEL, id, "url") {
            url if url.is_empty() => {
                json!(format!("/web/content/{id}?unique={}", env.text(MODEL, id, "checksum")))
            }
            url => json!(url),
        },
        _ => return None,
    })
}

/// Takes the content out of the values and puts in what follows from it. Checksum, size and kind are nobody's to write.
pub(super) fn before_change(vals: &mut Map<String, Value>, created: bool) -> Result<()> {
    for name in ["file_size", "checksum", "store_fname", "index_content"] {
        vals.remove(name);
    }
    let given = vals.contains_key("raw") || vals.contains_key("datas");
    if !given && !created {
        return Ok(());
    }
    let raw = vals.remove("raw").filter(|raw| raw.as_str().is_some_and(|raw| !raw.is_empty()));
    let datas = vals.remove("datas").filter(|datas| datas.as_str().is_some_and(|datas| !datas.is_empty()));
    let bytes = match (&raw, &datas) {
        (Some(Value::String(raw)), _) => Some(raw.as_bytes().to_vec()),
        (_, Some(Value::String(datas))) => Some(decode(datas)?),
        _ => None,
    };
    let name = vals.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let kind = vals.get("mimetype").and_then(Value::as_str).filter(|kind| !kind.is_empty());
    let kind = kind.map_or_else(|| kind_of(&name, bytes.as_deref()).to_owned(), str::to_owned);
    if created || !name.is_empty() {
        vals.insert("mimetype".to_owned(), json!(kind));
    }
    let size = bytes.as_ref().map_or(0, Vec::len);
    vals.insert("file_size".to_owned(), json!(size));
    let sum = bytes.as_ref().map_or(Value::Bool(false), |bytes| json!(sha1::hex(bytes)));
    vals.insert("checksum".to_owned(), sum);
    let content = bytes.map_or(Value::Bool(false), |bytes| json!(STANDARD.encode(bytes)));
    vals.insert("_content".to_owned(), content);
    Ok(())
}

/// A binary field's size in words, as `bin_size` asks for it: a file's own, else what its base64 would decode to.
pub(crate) fn shown_size(env: &Env<'_>, model: &str, id: i64, name: &str, text: &str) -> String {
    if (model, name) == (MODEL, "datas") {
        return human_size(env.number(MODEL, id, "file_size"));
    }
    let letters = text.chars().filter(|letter| !letter.is_whitespace()).count();
    human_size(f64::from(u32::try_from(letters).unwrap_or(u32::MAX)) * 0.75)
}

fn human_size(bytes: f64) -> String {
    let mut size = bytes;
    for unit in ["bytes", "Kb", "Mb", "Gb"] {
        if size < 1024.0 {
            return format!("{size:.2} {unit}");
        }
        size /= 1024.0;
    }
    format!("{size:.2} Tb")
}

fn decode(text: &str) -> Result<Vec<u8>> {
    let clean: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    STANDARD
        .decode(clean)
        .map_err(|_| OdooError::new(ErrorKind::Other("binascii.Error"), "Incorrect padding"))
}

/// By the name's ending, else by the first bytes.
fn kind_of(name: &str, bytes: Option<&[u8]>) -> &'static str {
    const ENDINGS: [(&str, &str); 12] = [
        ("pdf", "application/pdf"),
        ("png", "image/png"),
        ("jpg", "image/jpeg"),
        ("jpeg", "image/jpeg"),
        ("gif", "image/gif"),
        ("csv", "text/csv"),
        ("txt", "text/plain"),
        ("json", "application/json"),
        ("xml", "application/xml"),
        ("html", "text/html"),
        ("zip", "application/zip"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ];
    const STARTS: [(&[u8], &str); 5] = [
        (b"%PDF", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"PK\x03\x04", "application/zip"),
    ];
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    if let Some((_, kind)) = ENDINGS.iter().find(|(known, _)| *known == ending) {
        return kind;
    }
    let Some(bytes) = bytes else { return "application/octet-stream" };
    let start = STARTS.iter().find(|(start, _)| bytes.starts_with(start));
    let text = std::str::from_utf8(bytes)
        .is_ok_and(|text| !text.chars().any(|letter| letter.is_control() && !letter.is_whitespace()));
    start.map_or(if text { "text/plain" } else { "application/octet-stream" }, |(_, kind)| kind)
}
