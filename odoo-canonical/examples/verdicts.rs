//! Writes documents with the verdict of this crate, one on a line: what `scripts/check_schemas.py` and
//! `scripts/check-schemas.mjs` hold other validators against.

use odoo_canonical::{Object, ObjectKind, sample};
use serde_json::{Value, json};
use std::{
    error::Error,
    io::{BufWriter, Write, stdout},
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(stdout().lock());
    for kind in ObjectKind::ALL.iter().copied() {
        let example: Value = serde_json::from_str(kind.example())?;
        let mut documents = vec![example.clone()];
        for seed in 0..10 {
            documents.push(serde_json::from_slice(&sample(kind, seed)?.to_canonical_json()?)?);
        }
        let mut places = Vec::new();
        collect(&example, String::new(), &mut places);
        let strange = [
            json!(null),
            json!(true),
            json!(1.5),
            json!(""),
            json!("x y"),
            json!("1.50"),
            json!([]),
            json!({}),
            json!("\u{7}"),
        ];
        for (at, place) in places.iter().enumerate() {
            // Every place gets three of them, so that all are tried everywhere in turn.
            for step in 0..3 {
                let mut document = example.clone();
                if let (Some(field), Some(value)) =
                    (document.pointer_mut(place), strange.get((at + step * 3) % strange.len()))
                {
                    *field = value.clone();
                    documents.push(document);
                }
            }
        }
        let mut unknown = example;
        if let Some(fields) = unknown.as_object_mut() {
            fields.insert("field_of_a_later_version".to_owned(), json!("x"));
            documents.push(unknown);
        }
        for document in documents {
            let ok = Object::from_json(kind, document.to_string().as_bytes()).is_ok();
            let open = Object::from_json_open(kind, document.to_string().as_bytes()).is_ok();
            writeln!(
                out,
                "{}",
                json!({ "kind": kind.as_str(), "ok": ok, "open": open, "document": document })
            )?;
        }
    }
    Ok(())
}

fn collect(value: &Value, path: String, places: &mut Vec<String>) {
    let mut visit = |name: String, child: &Value| {
        let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
        places.push(path.clone());
        collect(child, path, places);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(name, child)| visit(name.clone(), child)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, child)| visit(at.to_string(), child)),
        _ => {}
    }
}
