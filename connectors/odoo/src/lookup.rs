//! External ids in both directions: the names of records, and the record of a name.
//!
//! `ir.model.data`, the table itself, is open to administrators alone. `get_metadata` names records that the user can read, many in one
//! call. `check_object_reference` finds the record of a name, one in a call; a name that is not there is an error with a traceback in
//! Odoo's own log, so it is asked only where nothing else can tell.

use std::collections::BTreeMap;

use odoo_rpc::{Call, Domain, Error, ErrorKind, SearchOptions};
use serde_json::Value;

use crate::session::{Odoo, Row, id_of, text};

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// This record of the model that was asked for.
    Record(i64),
    /// A record of the model that the user may not see, or an archived one.
    Hidden,
    /// A record of this other model.
    Elsewhere(String),
    /// Nothing.
    Nothing,
}

/// What Odoo says of a name that it does not have (`_xmlid_lookup`); it is not translated.
const NOT_THERE: &str = "External ID not found in the system";

impl Odoo {
    /// All external ids of records.
    pub(crate) async fn external_ids(
        &self,
        model: &str,
        ids: &[i64],
    ) -> Result<BTreeMap<i64, Vec<String>>, Error> {
        let mut found: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        if ids.is_empty() {
            return Ok(found);
        }
        let call = Call::new(model, "get_metadata").ids(ids.iter().copied());
        match self.client.call_as::<Vec<Row>>(call).await {
            Ok(rows) => {
                for row in rows {
                    let Some(id) = row.get("id").and_then(Value::as_i64) else { continue };
                    let all = row.get("xmlids").and_then(Value::as_array).into_iter().flatten();
                    let names = all.filter_map(|entry| entry.get("xmlid")).chain(row.get("xmlid"));
                    let mut names: Vec<String> = names.filter_map(Value::as_str).map(str::to_owned).collect();
                    names.sort_unstable();
                    names.dedup();
                    found.insert(id, names);
                }
            }
            Err(error) if error.kind() == ErrorKind::UnknownMethod => {
                let domain = Domain::eq("model", model).and(Domain::is_in("res_id", ids.to_vec()));
                let options = SearchOptions::new().order("id");
                let fields = ["res_id", "module", "name"];
                for row in self.client.search_read("ir.model.data", domain, &fields, options).await? {
                    let id = row.get("res_id").and_then(Value::as_i64).unwrap_or_default();
                    found.entry(id).or_default().push(format!(
                        "{}.{}",
                        text(&row, "module"),
                        text(&row, "name")
                    ));
                }
            }
            Err(error) => return Err(error),
        }
        Ok(found)
    }

    /// The record that has an external id.
    pub(crate) async fn named(&self, model: &str, external_id: &str) -> Result<Named, Error> {
        // The first dot splits; later ones belong to the name.
        let (module, name) = external_id.split_once('.').unwrap_or(("", external_id));
        let call = Call::new("ir.model.data", "check_object_reference")
            .kwarg("module", module)
            .kwarg("xml_id", name);
        match self.client.call_as::<(String, Value)>(call).await {
            Ok((of, id)) => Ok(named(model, of, id.as_i64())),
            Err(error) if error.message().contains(NOT_THERE) => Ok(Named::Nothing),
            Err(error) if error.kind() == ErrorKind::UnknownMethod => {
                let domain = Domain::eq("module", module).and(Domain::eq("name", name));
                let options = SearchOptions::new().order("id").limit(1);
                let fields = ["model", "res_id"];
                let rows = self.client.search_read("ir.model.data", domain, &fields, options).await?;
                let row = rows.first();
                Ok(row.map_or(Named::Nothing, |row| {
                    named(model, text(row, "model").to_owned(), id_of(row, "res_id"))
                }))
            }
            Err(error) => Err(error),
        }
    }
}

fn named(model: &str, of: String, id: Option<i64>) -> Named {
    match id {
        _ if of != model => Named::Elsewhere(of),
        Some(id) => Named::Record(id),
        None => Named::Hidden,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_record_is_told_from_none_and_from_another_models() {
        let found = |of: &str, id| named("sale.order", of.to_owned(), id);
        assert_eq!(found("sale.order", Some(7)), Named::Record(7));
        assert_eq!(found("sale.order", None), Named::Hidden);
        assert_eq!(found("res.partner", Some(7)), Named::Elsewhere("res.partner".into()));
    }
}
