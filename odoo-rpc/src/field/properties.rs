//! Properties: fields that users define on a parent record.

use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::FieldValue;

/// The value of a `properties` field, in the parent's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties(pub Vec<Property>);

/// One property with its definition.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Property {
    /// The technical name, which does not change.
    pub name: String,
    /// The label.
    #[serde(default)]
    pub string: String,
    /// The type, such as `char`, `integer`, `selection`, `many2one`, `tags`, `separator`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The value as Odoo reads it. `false`: none.
    #[serde(default)]
    pub value: Value,
    /// The rest of the definition.
    #[serde(flatten)]
    pub definition: Map<String, Value>,
}

impl Properties {
    /// The value of a property, by technical name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|property| property.name == name).map(|property| &property.value)
    }
}

impl FieldValue for Properties {
    const TYPES: &'static [&'static str] = &["properties"];
    const NULLABLE: bool = true;
    type Plain = Self;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(PropertiesVisitor).map(Some)
    }

    /// Names and values: the definitions stay as they are.
    fn encode(&self) -> Value {
        let value = |property: &Property| match property.kind.as_str() {
            // Read as [id, name], written as id.
            "many2one" => property.value.get(0).unwrap_or(&property.value).clone(),
            "many2many" => match property.value.as_array() {
                Some(pairs) => pairs.iter().map(|pair| pair.get(0).unwrap_or(pair).clone()).collect(),
                None => property.value.clone(),
            },
            _ => property.value.clone(),
        };
        self.0
            .iter()
            .filter(|property| property.kind != "separator")
            .map(|property| (property.name.clone(), value(property)))
            .collect::<Map<_, _>>()
            .into()
    }
}

struct PropertiesVisitor;

impl<'de> Visitor<'de> for PropertiesVisitor {
    type Value = Properties;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of properties")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Properties, E> {
        Ok(Properties::default())
    }

    fn visit_unit<E>(self) -> Result<Properties, E> {
        Ok(Properties::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Properties, A::Error> {
        let mut list = Vec::new();
        while let Some(property) = access.next_element()? {
            list.push(property);
        }
        Ok(Properties(list))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn read_with_definitions_and_written_by_name() {
        let wire = json!([
            {"name": "a1", "string": "Colour", "type": "char", "value": "red", "default": "blue"},
            {"name": "b2", "string": "Boss", "type": "many2one", "comodel": "res.users", "value": [7, "Ann"]},
            {"name": "c3", "string": "---", "type": "separator"},
        ]);
        let properties = Properties::decode(wire).unwrap().unwrap();
        assert_eq!(properties.get("a1"), Some(&json!("red")));
        assert_eq!(properties.encode(), json!({"a1": "red", "b2": 7}));
        assert_eq!(Properties::decode(json!(false)).unwrap(), Some(Properties::default()));
    }
}
