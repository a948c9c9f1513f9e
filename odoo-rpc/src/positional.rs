//! The parameters of Odoo's own methods, so that one call fits protocols with and without positional arguments.
//!
//! JSON-2 takes names alone, and the names are those of the version that answers; XML-RPC and JSON-RPC take both, and
//! there a position is safer than a name, since names have changed.
//!
//! Sources: `odoo/orm/models.py` and `addons/web/models/models.py` of 19.0; `odoo/models.py` of 15.0 to 18.0 for the
//! older names.

use serde_json::{Map, Value};

use crate::call::Call;
use crate::error::{Delivery, Error, ErrorKind};
use crate::field::find_unsendable;
use crate::signatures::Signatures;

/// What a method is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// `@api.model`: never with ids.
    Model,
    /// Always with ids.
    Records,
    /// With or without.
    Either,
}

/// A method's target and the names of its parameters, in order.
struct Signature {
    target: Target,
    params: &'static [&'static str],
}

fn signature(method: &str) -> Option<Signature> {
    use Target::{Either, Model, Records};
    let (target, params): (_, &[_]) = match method {
        "search" => (Model, &["domain", "offset", "limit", "order"]),
        "search_read" => (Model, &["domain", "fields", "offset", "limit", "order"]),
        "search_count" => (Model, &["domain", "limit"]),
        "create" => (Model, &["vals_list"]),
        "load" => (Model, &["fields", "data"]),
        "name_search" => (Model, &["name", "domain", "operator", "limit"]),
        "name_create" => (Model, &["name"]),
        "fields_get" => (Model, &["allfields", "attributes"]),
        "default_get" => (Model, &["fields"]),
        "read_group" => (Model, &["domain", "fields", "groupby", "offset", "limit", "orderby", "lazy"]),
        "formatted_read_group" => {
            (Model, &["domain", "groupby", "aggregates", "having", "offset", "limit", "order"])
        }
        "web_search_read" => (Model, &["domain", "specification", "offset", "limit", "order", "count_limit"]),
        "check_access_rights" => (Model, &["operation", "raise_exception"]),
        "context_get" => (Model, &[]),
        "read" => (Records, &["fields", "load"]),
        "write" => (Records, &["vals"]),
        "unlink" | "get_metadata" | "get_external_id" | "name_get" | "toggle_active" => (Records, &[]),
        "copy" => (Records, &["default"]),
        "export_data" => (Records, &["fields_to_export"]),
        "web_read" => (Records, &["specification"]),
        "web_save" => (Either, &["vals", "specification", "next_id"]),
        "web_save_multi" => (Records, &["vals_list", "specification"]),
        "has_access" => (Either, &["operation"]),
        "onchange" => (Either, &["values", "field_names", "fields_spec"]),
        // Its parameters are by name only.
        "message_post" => (Records, &[]),
        name if name.starts_with("action_") || name.starts_with("button_") => (Either, &[]),
        _ => return None,
    };
    Some(Signature { target, params })
}

/// Names that a parameter had before a major version: method, name now, name then, version of the change.
const RENAMED: [(&str, &str, &str, u16); 4] = [
    ("search", "domain", "args", 16),
    ("search_count", "domain", "args", 16),
    ("name_search", "domain", "args", 19),
    ("default_get", "fields", "fields_list", 19),
];

/// Whether a method, when it succeeds, always returns something other than `None`.
pub(crate) fn returns_data(method: &str) -> bool {
    // Overrides of `write` and `unlink` that forget to return are common.
    let may_be_none = method.starts_with("action_")
        || method.starts_with("button_")
        || matches!(method, "toggle_active" | "write" | "unlink");
    signature(method).is_some() && !may_be_none
}

/// Checks what holds on every protocol: names that are names, ids where the method takes them.
pub(crate) fn check(call: &Call, context: &Map<String, Value>) -> Result<(), Error> {
    let model = !call.model.contains("..")
        && call.model.starts_with(|c: char| c.is_ascii_alphabetic())
        && call.model.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    if !model {
        return Err(bad(call, "the model is not a name such as res.partner"));
    }
    let method = call.method.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && call.method.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !method {
        return Err(bad(call, "the method is not a name such as search_read"));
    }
    for reserved in ["ids", "context"] {
        if call.kwargs.contains_key(reserved) {
            return Err(bad(call, &format!("{reserved} is not an argument: use Call::{reserved}")));
        }
    }
    // Odoo answers such a write with "done".
    if call.ids.iter().flatten().any(|id| *id < 1) {
        return Err(bad(call, "an id below 1: a record that is not created yet"));
    }
    let named =
        call.kwargs.iter().chain(context).chain(&call.context).map(|(name, value)| (name.as_str(), value));
    let all = call.args.iter().map(|value| ("an argument", value)).chain(named);
    if let Some((field, why)) = all.into_iter().find_map(|(name, value)| find_unsendable(name, value)) {
        return Err(bad(call, &format!("{field}: {why}")));
    }
    match (signature(&call.method).map(|signature| signature.target), &call.ids) {
        (Some(Target::Records), None) => Err(bad(call, "this method is called on records: use Call::ids")),
        (Some(Target::Model), Some(_)) => {
            Err(bad(call, "this method is called on the model, so without Call::ids"))
        }
        _ => Ok(()),
    }
}

/// Whether the call has positions for which no names are known.
pub(crate) fn lacks_names(call: &Call, learnt: &Signatures) -> bool {
    !call.args.is_empty()
        && signature(&call.method).is_none_or(|known| known.params.len() < call.args.len())
        && learnt.names(&call.model, &call.method).is_none()
}

/// All arguments by name, for JSON-2.
pub(crate) fn to_named(call: &Call, learnt: &Signatures) -> Result<Map<String, Value>, Error> {
    let mut named = call.kwargs.clone();
    if call.args.is_empty() {
        return Ok(named);
    }
    let table = || signature(&call.method).map(|s| s.params.iter().map(|name| (*name).to_owned()).collect());
    let names: Option<Vec<String>> = learnt.names(&call.model, &call.method).or_else(table);
    let Some(names) = names else {
        return Err(bad(
            call,
            "JSON-2 takes arguments by name only, and the names of this method are not known: use Call::kwarg",
        ));
    };
    if call.args.len() > names.len() {
        let known = names.join(", ");
        return Err(bad(
            call,
            &format!("more positional arguments than the method is known to have ({known}): use Call::kwarg"),
        ));
    }
    for (name, value) in names.iter().zip(&call.args) {
        if named.insert(name.clone(), value.clone()).is_some() {
            return Err(bad(call, &format!("the argument {name} is given twice, by position and by name")));
        }
    }
    Ok(named)
}

/// Positional and named arguments for `execute_kw`: names that have changed between versions become positions, as far
/// as no gap is before them, and old names for a server that is known to be old.
pub(crate) fn to_execute_kw(call: &Call, major: Option<u16>) -> (Vec<Value>, Map<String, Value>) {
    let mut named = call.kwargs.clone();
    let mut args: Vec<Value> = call.ids.iter().map(|ids| ids.clone().into()).collect();
    args.extend(call.args.iter().cloned());
    let Some((_, now, then, since)) = RENAMED.iter().find(|(method, ..)| *method == call.method) else {
        return (args, named);
    };
    let params = signature(&call.method).map_or(&[][..], |signature| signature.params);
    let up_to = params.iter().position(|name| name == now).map_or(0, |at| at + 1);
    for name in params.iter().take(up_to).skip(call.args.len()) {
        let Some(value) = named.remove(*name) else { break };
        args.push(value);
    }
    if major.is_some_and(|major| major < *since)
        && let Some(value) = named.remove(*now)
    {
        named.insert((*then).to_owned(), value);
    }
    (args, named)
}

fn bad(call: &Call, message: &str) -> Error {
    Error::new(ErrorKind::BadArguments, Delivery::NotSent, call.operation(), message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn positions_get_names() {
        let call = Call::new("res.partner", "search").arg(json!([])).arg(5).kwarg("order", "id");
        assert_eq!(
            Value::from(to_named(&call, &Signatures::default()).unwrap()),
            json!({"domain": [], "offset": 5, "order": "id"})
        );
        let call = Call::new("res.partner", "write").ids([1]).arg(json!({"name": "x"}));
        assert_eq!(
            Value::from(to_named(&call, &Signatures::default()).unwrap()),
            json!({"vals": {"name": "x"}})
        );
    }

    #[test]
    fn what_has_no_name_or_two_is_refused() {
        for call in [
            Call::new("res.partner", "my_method").arg(1),
            Call::new("res.partner", "action_archive").ids([1]).arg(1),
            Call::new("res.partner", "search").arg(1).kwarg("domain", 1),
            Call::new("res.partner", "create").arg(1).arg(2),
        ] {
            let error = to_named(&call, &Signatures::default()).unwrap_err();
            assert_eq!(
                (error.kind(), error.delivery()),
                (ErrorKind::BadArguments, Delivery::NotSent),
                "{error}"
            );
        }
    }

    #[test]
    fn renamed_parameters_reach_old_servers() {
        let call = Call::new("res.partner", "search").kwarg("domain", json!([])).kwarg("limit", 3);
        assert_eq!(
            to_execute_kw(&call, Some(14)),
            (vec![json!([])], json!({"limit": 3}).as_object().unwrap().clone())
        );
        let call = Call::new("res.partner", "name_search").kwarg("domain", json!([]));
        assert_eq!(to_execute_kw(&call, Some(17)).1, json!({"args": []}).as_object().unwrap().clone());
        assert_eq!(to_execute_kw(&call, Some(19)).1, json!({"domain": []}).as_object().unwrap().clone());
        let call = Call::new("res.partner", "read").ids([7]).kwarg("fields", json!(["name"]));
        assert_eq!(
            to_execute_kw(&call, None),
            (vec![json!([7])], json!({"fields": ["name"]}).as_object().unwrap().clone())
        );
    }

    #[test]
    fn names_and_ids_are_checked_before_anything_is_sent() {
        for call in [
            Call::new("res/partner", "search"),
            Call::new("..", "search"),
            Call::new("", "search"),
            Call::new("res.partner", "search?x"),
            Call::new("res.partner", ""),
            Call::new("res.partner", "read"),
            Call::new("res.partner", "create").ids([1]),
            Call::new("res.partner", "search").kwarg("context", json!({})),
        ] {
            assert_eq!(check(&call, &Map::new()).unwrap_err().delivery(), Delivery::NotSent, "{call:?}");
        }
        assert!(check(&Call::new("x_custom.model_2", "_private"), &Map::new()).is_ok());
    }
}
