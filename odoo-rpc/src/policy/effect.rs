//! What doing a call twice does: the question that decides whether it may be repeated.

use serde_json::Value;

use crate::call::Call;

/// What a call does to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Nothing.
    Read,
    /// Something that doing it twice does not double: a write of the same values, an upsert by external ids.
    Idempotent,
    /// It makes new records; twice makes them twice.
    Create,
    /// Anything else, such as a business action. What twice does is not known.
    Action,
}

impl Effect {
    /// Whether doing it twice equals doing it once.
    #[must_use]
    pub fn is_repeatable(self) -> bool {
        matches!(self, Self::Read | Self::Idempotent)
    }

    /// By the method, and where that does not tell, by its arguments.
    #[must_use]
    pub(crate) fn of(call: &Call) -> Self {
        match call.method.as_str() {
            "search"
            | "search_read"
            | "search_count"
            | "read"
            | "read_group"
            | "formatted_read_group"
            | "formatted_read_grouping_sets"
            | "web_read"
            | "web_search_read"
            | "web_read_group"
            | "name_search"
            | "name_get"
            | "fields_get"
            | "default_get"
            | "get_metadata"
            | "get_external_id"
            | "has_access"
            | "check_access_rights"
            | "check_object_reference"
            | "context_get"
            | "export_data"
            | "onchange"
            | "get_views" => Self::Read,
            "write" if creates(call) => Self::Create,
            "write" | "action_archive" | "action_unarchive" => Self::Idempotent,
            "create" | "copy" | "name_create" => Self::Create,
            "load" if is_repeatable_load(call) => Self::Idempotent,
            "load" => Self::Create,
            _ => Self::Action,
        }
    }
}

/// Whether the values hold a command that makes new records of a list, at whatever depth. What cannot be looked into may.
fn creates(call: &Call) -> bool {
    match call.args.first().or_else(|| call.kwargs.get("vals")) {
        Some(Value::Object(values)) => values.values().any(|value| makes_records(value, 0)),
        _ => true,
    }
}

/// Commands are `[0, _, VALUES]` to create and `[1, ID, VALUES]` to write; the values of a write can hold commands of their own.
fn makes_records(list: &Value, depth: usize) -> bool {
    // In Python `False` and `0.0` are 0 too.
    let code = |item: &Value| match item.get(0) {
        Some(Value::Bool(value)) => Some(i64::from(*value)),
        Some(Value::Number(number)) => {
            number.as_i64().or_else(|| number.as_f64().filter(|n| n.abs() < 1.5).map(|n| i64::from(n > 0.5)))
        }
        _ => None,
    };
    let command = |item: &Value| match code(item) {
        Some(0) => true,
        Some(1) if depth >= 8 => true,
        Some(1) => item
            .get(2)
            .and_then(Value::as_object)
            .is_some_and(|values| values.values().any(|value| makes_records(value, depth + 1))),
        _ => false,
    };
    list.as_array().is_some_and(|items| items.iter().any(command))
}

/// Whether every record of a `load` has an external or a database id, and every line of it too.
fn is_repeatable_load(call: &Call) -> bool {
    let (Some(fields), Some(rows)) = (
        call.args.first().or_else(|| call.kwargs.get("fields")).and_then(Value::as_array),
        call.args.get(1).or_else(|| call.kwargs.get("data")).and_then(Value::as_array),
    ) else {
        return false;
    };
    let names: Vec<&str> = fields.iter().filter_map(Value::as_str).collect();
    // Each field with columns below it is either one reference, or a list of lines.
    let mut groups: Vec<(Option<&str>, Vec<usize>)> = Vec::new();
    for (column, name) in names.iter().enumerate() {
        let group = name.rsplit_once('/').map(|(parent, _)| parent);
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, columns)) => columns.push(column),
            None => groups.push((group, vec![column])),
        }
    }
    let key_of = |(group, columns): &(Option<&str>, Vec<usize>)| {
        columns.iter().copied().find(|column| match group {
            None => names.get(*column).is_some_and(|name| matches!(*name, "id" | ".id")),
            Some(_) => names.get(*column).is_some_and(|name| {
                name.rsplit_once('/').is_some_and(|(_, rest)| matches!(rest, "id" | ".id"))
            }),
        })
    };
    rows.iter().enumerate().all(|(at, row)| {
        let filled = |column: usize| {
            row.get(column).and_then(Value::as_str).is_some_and(|cell| !cell.trim().is_empty())
        };
        groups.iter().all(|group| match key_of(group) {
            Some(key) => {
                filled(key)
                    || (!group.1.iter().any(|column| filled(*column)) && (at > 0 || group.0.is_some()))
            }
            // Without a key: harmless only if nothing is in it.
            None => !group.1.iter().any(|column| filled(*column)),
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn methods_have_their_effect() {
        let call = |method: &str| Call::new("res.partner", method);
        assert_eq!(Effect::of(&call("search_read")), Effect::Read);
        assert_eq!(Effect::of(&call("create").arg(json!([{}]))), Effect::Create);
        assert_eq!(Effect::of(&call("action_confirm")), Effect::Action);
        assert_eq!(Effect::of(&call("unlink")), Effect::Action);
        assert_eq!(Effect::of(&call("message_post")), Effect::Action);
        assert_eq!(
            Effect::of(&call("write").arg(json!({"name": "x", "tag_ids": [[6, 0, [1]]]}))),
            Effect::Idempotent
        );
        assert_eq!(
            Effect::of(&call("write").arg(json!({"child_ids": [[0, 0, {"name": "x"}]]}))),
            Effect::Create
        );
        assert_eq!(Effect::of(&call("write")), Effect::Create);
        let deep = |inner: Value| json!({"order_line": [[1, 7, {"tag_ids": inner}], [2, 8, 0]]});
        assert_eq!(Effect::of(&call("write").arg(deep(json!([[4, 3, 0]])))), Effect::Idempotent);
        assert_eq!(Effect::of(&call("write").arg(deep(json!([[0, 0, {}]])))), Effect::Create);
    }

    #[test]
    fn a_load_is_repeatable_when_every_record_and_line_has_a_key() {
        let load =
            |fields: Value, rows: Value| Effect::of(&Call::new("sale.order", "load").arg(fields).arg(rows));
        let fields = json!(["id", "partner_id/id", "order_line/id", "order_line/name"]);
        let full = json!([["s.o1", "s.p1", "s.l1", "a"], ["", "", "s.l2", "b"]]);
        assert_eq!(load(fields.clone(), full), Effect::Idempotent);
        assert_eq!(load(fields.clone(), json!([["s.o1", "s.p1", "", "a"]])), Effect::Create);
        assert_eq!(load(fields, json!([["", "s.p1", "s.l1", "a"]])), Effect::Create);
        assert_eq!(load(json!(["name"]), json!([["a"]])), Effect::Create);
        assert_eq!(load(json!(["id", "line/name"]), json!([["s.o1", "a"]])), Effect::Create);
        assert_eq!(
            load(json!(["id", "name"]), json!([["s.o1", "a"], ["s.o2", "b"], ["", "c"]])),
            Effect::Create
        );
        assert_eq!(load(json!([".id", "name"]), json!([["7", "a"]])), Effect::Idempotent);
    }
}
