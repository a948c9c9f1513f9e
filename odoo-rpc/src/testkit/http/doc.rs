//! `GET /doc-bearer/MODEL.json`: the fields and methods of a model, for who is in the group. Source: `addons/api_doc/controllers/api_doc.py`.

use std::fmt::Write as _;

use serde_json::json;

use super::json2::{refusal, user, werkzeug};
use super::{Opened, Reply, Request, Site};
use crate::testkit::engine::{ErrorKind, OdooError};

pub(super) fn open(site: &Site, request: &Request) -> Opened {
    Opened::Answer { asked: "doc", reply: page(site, request).unwrap_or_else(|reply| reply) }
}

fn page(site: &Site, request: &Request) -> Result<Reply, Reply> {
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    if header("x-odoo-database").is_some_and(|name| name != site.database) {
        return Err(Reply::not_found());
    }
    let uid = user(site, header("authorization"))?;
    if !site.odoo.may_read_documentation(uid) {
        let text = "This page is only accessible to Technical Documentation users.";
        return Err(refusal(&OdooError::new(ErrorKind::Access, text)));
    }
    let model = request.path.trim_start_matches("/doc-bearer/").strip_suffix(".json").unwrap_or_default();
    let Some((label, fields, methods)) = site.odoo.described(model) else {
        let text = "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.";
        return Err(werkzeug(404, "NotFound", "Not Found", text));
    };
    let mut out = format!(
        "{{\"model\": {}, \"name\": {}, \"doc\": null, \"fields\": {fields}, \"methods\": {{",
        json!(model),
        json!(label)
    );
    // Written by hand: the order of the parameters is that of the positions, and a map would sort them.
    for (index, (name, params)) in methods.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let params: Vec<String> = params
            .iter()
            .map(|param| match param.strip_prefix('!') {
                Some(required) => format!("{}: {{}}", json!(required)),
                None => format!("{}: {{\"default\": null}}", json!(param)),
            })
            .collect();
        let _ = write!(out, "{comma}{}: {{\"parameters\": {{{}}}}}", json!(name), params.join(", "));
    }
    out.push_str("}}");
    Ok(Reply { body: out.into_bytes(), ..Reply::json(200, &json!({})) })
}
