//! From definitions to JSON that makes small diffs: names sorted, one attribute or selection value a line, nothing that goes without saying.

use serde_json::{Value, json};

use super::{Field, Schema};

impl Schema {
    /// The JSON of one model, as [`add_json`](Self::add_json) reads it. `None`: there is no such model.
    #[must_use]
    pub fn to_json(&self, model: &str) -> Option<String> {
        let fields = self.models.get(model)?;
        let fields = fields.iter().map(|(name, field)| {
            let attributes = attributes(field).map(|(key, value)| format!("    \"{key}\": {value}"));
            format!(
                "  {}: {{\n{}\n  }}",
                Value::from(name.as_str()),
                attributes.collect::<Vec<_>>().join(",\n")
            )
        });
        let fields: Vec<String> = fields.collect();
        Some(match fields.is_empty() {
            true => "{}\n".to_owned(),
            false => format!("{{\n{}\n}}\n", fields.join(",\n")),
        })
    }
}

/// What does not go without saying, by name, each value as JSON.
fn attributes(field: &Field) -> impl Iterator<Item = (&'static str, String)> {
    let flag = |flag: bool, what: bool| flag.then(|| what.to_string());
    let text = |text: Option<&String>| text.map(|text| Value::from(text.as_str()).to_string());
    [
        ("company_dependent", flag(field.company_dependent, true)),
        ("help", text(field.help.as_ref())),
        ("readonly", flag(field.readonly, true)),
        ("relation", text(field.relation.as_ref())),
        ("required", flag(field.required, true)),
        ("selection", selection(field)),
        ("store", flag(!field.stored, false)),
        ("string", text(field.label.as_ref())),
        ("type", text(Some(&field.kind))),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key, value?)))
}

fn selection(field: &Field) -> Option<String> {
    let choices = field.selection.iter().map(|choice| format!("      {}", json!([choice.key, choice.label])));
    let choices: Vec<String> = choices.collect();
    (!choices.is_empty()).then(|| format!("[\n{}\n    ]", choices.join(",\n")))
}

#[cfg(test)]
mod tests {
    use crate::Schema;

    #[test]
    fn what_is_saved_is_what_is_read() {
        let mut schema = Schema::new();
        let json = r#"{"b": {"type": "selection", "selection": [["x", "X"], [false, ""]], "store": false, "sortable": true},
            "a": {"type": "many2one", "relation": "res.partner", "required": true, "string": "Ä\"", "help": false, "store": true}}"#;
        schema.add_json("m", json).unwrap();
        let saved = schema.to_json("m").unwrap();
        let expected = r#"{
  "a": {
    "relation": "res.partner",
    "required": true,
    "string": "Ä\"",
    "type": "many2one"
  },
  "b": {
    "selection": [
      ["x","X"],
      [false,""]
    ],
    "store": false,
    "type": "selection"
  }
}
"#;
        assert_eq!(saved, expected);
        let mut again = Schema::new();
        again.add_json("m", &saved).unwrap();
        assert_eq!(again, schema);
        assert_eq!(schema.to_json("n"), None);
    }
}
