//! The callable methods, their parameters, and how arguments are bound to them.

use serde_json::{Map, Value};

use super::logic;
use super::logic::keys::KEYS;
use crate::testkit::Series;

/// A method's shape: whether it works on records, and its parameters (`!` marks the required ones).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) on_records: bool,
    pub(crate) params: &'static [&'static str],
}

/// How a caller gave the arguments.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arguments {
    pub(crate) positional: Vec<Value>,
    pub(crate) named: Map<String, Value>,
}

const fn model(params: &'static [&'static str]) -> Signature {
    Signature { on_records: false, params }
}

const fn records(params: &'static [&'static str]) -> Signature {
    Signature { on_records: true, params }
}

/// The signature of a method, or nothing where the model has no such method.
pub(crate) fn signature(series: Series, name: &str, method: &str) -> Option<Signature> {
    let new = series == Series::V19;
    Some(match method {
        "search" => model(&["!domain", "offset", "limit", "order"]),
        "search_count" => model(&["!domain", "limit"]),
        "search_read" => model(&["domain", "fields", "offset", "limit", "order", "load"]),
        "web_search_read" => model(&["!domain", "!specification", "offset", "limit", "order", "count_limit"]),
        "name_search" if new => model(&["name", "domain", "operator", "limit"]),
        "name_search" => model(&["name", "args", "operator", "limit"]),
        "name_create" => model(&["!name"]),
        "create" => model(&["!vals_list"]),
        "load" => model(&["!fields", "!data"]),
        "fields_get" => model(&["allfields", "attributes"]),
        "default_get" if new => model(&["!fields"]),
        "default_get" => model(&["!fields_list"]),
        "read_group" => model(&["!domain", "!fields", "!groupby", "offset", "limit", "orderby", "lazy"]),
        "formatted_read_group" if new => {
            model(&["!domain", "groupby", "aggregates", "having", "offset", "limit", "order"])
        }
        "has_access" if new => records(&["!operation"]),
        "check_access_rights" if !new => model(&["!operation", "raise_exception"]),
        "context_get" if name == "res.users" => model(&[]),
        "check_object_reference" if name == "ir.model.data" => {
            model(&["!module", "!xml_id", "raise_on_access_error"])
        }
        "generate" if new && name == KEYS => model(&["!key", "!scope", "!name", "!expiration_date"]),
        "revoke" if new && name == KEYS => model(&["!key"]),
        "get_external_id" | "get_metadata" => records(&[]),
        "web_save_multi" if new => records(&["!vals_list", "!specification"]),
        "read" => records(&["fields", "load"]),
        "web_read" => records(&["!specification"]),
        "web_save" => records(&["!vals", "!specification", "next_id"]),
        "write" => records(&["!vals"]),
        "unlink" | "action_archive" | "action_unarchive" => records(&[]),
        "exists" if !new => records(&[]),
        "copy" => records(&["default"]),
        other if logic::actions(name).contains(&other) => records(&[]),
        _ => return None,
    })
}

/// Methods with their parameters, as a page of documentation lists them.
pub(crate) type Methods = Vec<(&'static str, &'static [&'static str])>;

/// The methods of a model.
pub(crate) fn methods(series: Series, model: &str) -> Methods {
    let all = COMMON.iter().chain(logic::actions(model)).copied();
    all.filter_map(|name| signature(series, model, name).map(|found| (name, found.params))).collect()
}

/// The names that `signature` knows beside those of single models.
const COMMON: [&str; 30] = [
    "action_archive",
    "action_unarchive",
    "check_access_rights",
    "check_object_reference",
    "context_get",
    "copy",
    "create",
    "default_get",
    "exists",
    "fields_get",
    "formatted_read_group",
    "generate",
    "get_external_id",
    "get_metadata",
    "has_access",
    "load",
    "name_create",
    "name_search",
    "read",
    "read_group",
    "revoke",
    "search",
    "search_count",
    "search_read",
    "unlink",
    "web_read",
    "web_save",
    "web_save_multi",
    "web_search_read",
    "write",
];

/// Whether a method reads and changes nothing.
pub(crate) fn only_reads(method: &str) -> bool {
    matches!(
        method,
        "check_object_reference"
            | "context_get"
            | "default_get"
            | "fields_get"
            | "formatted_read_group"
            | "get_external_id"
            | "get_metadata"
            | "has_access"
            | "name_search"
            | "read"
            | "read_group"
            | "search"
            | "search_count"
            | "search_read"
            | "web_read"
            | "web_search_read"
    )
}

impl Signature {
    /// Binds arguments to parameters as Python does; the error is Python's text.
    pub(crate) fn bind(&self, arguments: Arguments) -> Result<Map<String, Value>, String> {
        let mut bound = Map::new();
        if arguments.positional.len() > self.params.len() {
            return Err("too many positional arguments".to_owned());
        }
        for (param, value) in self.params.iter().zip(arguments.positional) {
            bound.insert(param.trim_start_matches('!').to_owned(), value);
        }
        for (name, value) in arguments.named {
            if !self.params.iter().any(|param| param.trim_start_matches('!') == name) {
                return Err(format!("got an unexpected keyword argument '{name}'"));
            }
            if bound.contains_key(&name) {
                return Err(format!("multiple values for argument '{name}'"));
            }
            bound.insert(name, value);
        }
        let missing = self
            .params
            .iter()
            .filter_map(|param| param.strip_prefix('!'))
            .find(|param| !bound.contains_key(*param));
        match missing {
            Some(param) => Err(format!("missing a required argument: '{param}'")),
            None => Ok(bound),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_bind_as_in_python() {
        let search = signature(Series::V19, "res.partner", "search").expect("a method");
        let named = |pairs: &[(&str, Value)]| Arguments {
            named: pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            ..Arguments::default()
        };
        assert_eq!(search.bind(named(&[])).unwrap_err(), "missing a required argument: 'domain'");
        assert_eq!(
            search.bind(named(&[("domain", json!([])), ("limitt", json!(3))])).unwrap_err(),
            "got an unexpected keyword argument 'limitt'"
        );
        let both = Arguments { positional: vec![json!([])], named: named(&[("domain", json!([]))]).named };
        assert_eq!(search.bind(both).unwrap_err(), "multiple values for argument 'domain'");
        let bound = search.bind(named(&[("domain", json!([])), ("limit", json!(3))])).expect("binds");
        assert_eq!(bound.get("limit"), Some(&json!(3)));
    }
}
