//! How sensitive each field is, read from the schemas: what redaction, residency and retention go by.

use crate::{object::ObjectKind, schema::object_schema};
use serde_json::Value;
use std::fmt;

/// How sensitive a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DataClass {
    /// Says nothing about a person and no amount.
    None,
    /// Names, addresses, e-mail, telephone.
    Contact,
    /// Amounts of money.
    Financial,
    /// Numbers by which offices know a person or company.
    TaxId,
    /// Words or vendor data that may hold anything, personal data too.
    FreeText,
}

/// The data domain that answers for a field or an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Domain {
    /// Customers, suppliers, people.
    Party,
    /// Orders, prices, leads.
    Sales,
    /// Items and their packs.
    Product,
    /// Stock, shipments, places.
    Logistics,
    /// Invoices, payments, taxes.
    Finance,
    /// The envelope: how events are told apart, kept in order, and followed.
    Integration,
}

/// One field that holds a value, with its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMark {
    /// Where, as a JSON Pointer in which `*` stands for every place of an array: `/lines/*/net`. The field `/ext` stands
    /// for all that is below it.
    pub path: String,
    /// How sensitive it is.
    pub class: DataClass,
    /// The data domain that answers for it: `party`, `sales`, `product`, `logistics`, `finance` or `integration`.
    pub domain: String,
}

impl DataClass {
    /// The name as it stands in `x-data-class`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Contact => "contact",
            Self::Financial => "financial",
            Self::TaxId => "tax-id",
            Self::FreeText => "free-text",
        }
    }

    fn named(name: &str) -> Self {
        let all = [Self::None, Self::Contact, Self::Financial, Self::TaxId];
        // A class that nobody knows is treated as the one that may hold anything.
        all.into_iter().find(|class| class.as_str() == name).unwrap_or(Self::FreeText)
    }
}

impl Domain {
    /// The name as it stands in `x-domain`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Party => "party",
            Self::Sales => "sales",
            Self::Product => "product",
            Self::Logistics => "logistics",
            Self::Finance => "finance",
            Self::Integration => "integration",
        }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for DataClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Every field of an object that holds a value, in the order of the schema. Builds the schema each time: keep the result.
///
/// ```
/// use odoo_canonical::{DataClass, ObjectKind, field_marks};
///
/// let marks = field_marks(ObjectKind::SalesOrder);
/// let city = marks.iter().find(|mark| mark.path == "/ship_to/city").ok_or("no such field")?;
/// assert_eq!((city.class, city.domain.as_str()), (DataClass::Contact, "party"));
/// # Ok::<(), &str>(())
/// ```
pub fn field_marks(kind: ObjectKind) -> Vec<FieldMark> {
    let schema = object_schema(kind).json;
    let mut marks = Vec::new();
    Walk { definitions: schema.get("$defs"), marks: &mut marks }.visit(
        &schema,
        String::new(),
        DataClass::FreeText,
        "",
    );
    marks
}

struct Walk<'a> {
    definitions: Option<&'a Value>,
    marks: &'a mut Vec<FieldMark>,
}

impl<'a> Walk<'a> {
    /// Marks on the way down stand until a field has its own.
    fn visit(&mut self, schema: &'a Value, path: String, class: DataClass, domain: &'a str) {
        let text = |name: &str| schema.get(name).and_then(Value::as_str);
        let class = text("x-data-class").map_or(class, DataClass::named);
        let domain = text("x-domain").unwrap_or(domain);
        let target = text("$ref").and_then(|target| target.strip_prefix("#/$defs/"));
        if let Some(definition) = target.and_then(|name| self.definitions.and_then(|all| all.get(name))) {
            return self.visit(definition, path, class, domain);
        }
        if let Some(fields) = schema.get("properties").and_then(Value::as_object) {
            for (name, field) in fields {
                self.visit(field, format!("{path}/{name}"), class, domain);
            }
        } else if let Some(items) = schema.get("items") {
            self.visit(items, format!("{path}/*"), class, domain);
        } else if let Some(choices) =
            schema.get("oneOf").and_then(Value::as_array).filter(|all| has_fields(all))
        {
            for choice in choices {
                self.visit(choice, path.clone(), class, domain);
            }
        } else {
            self.marks.push(FieldMark { path, class, domain: domain.to_owned() });
        }
    }
}

fn has_fields(choices: &[Value]) -> bool {
    choices.iter().any(|choice| choice.get("properties").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(kind: ObjectKind, path: &str) -> DataClass {
        field_marks(kind)
            .into_iter()
            .find(|mark| mark.path == path)
            .unwrap_or_else(|| panic!("{kind} has no {path}"))
            .class
    }

    #[test]
    fn marks_reach_through_references_arrays_and_choices() {
        assert_eq!(class(ObjectKind::Party, "/tax_ids/*/value"), DataClass::TaxId);
        assert_eq!(class(ObjectKind::Party, "/addresses/*/lines/*"), DataClass::Contact);
        assert_eq!(class(ObjectKind::SalesOrder, "/buyer/name"), DataClass::Contact);
        assert_eq!(class(ObjectKind::SalesOrder, "/lines/*/taxes/*/amount"), DataClass::Financial);
        assert_eq!(class(ObjectKind::SalesOrder, "/ext"), DataClass::FreeText);
        assert_eq!(class(ObjectKind::SalesOrder, "/status"), DataClass::None);
        assert_eq!(
            class(ObjectKind::InventoryLevel, "/reading/delta/quantities/on_hand/value"),
            DataClass::None
        );
    }

    #[test]
    fn every_value_of_an_example_has_its_mark() {
        for kind in ObjectKind::ALL.iter().copied() {
            let marks: std::collections::BTreeSet<String> =
                field_marks(kind).into_iter().map(|mark| mark.path).collect();
            let mut leaves = Vec::new();
            let example: Value = serde_json::from_str(kind.example()).unwrap();
            collect(&example, String::new(), &mut leaves);
            for leaf in leaves {
                assert!(marks.contains(&leaf) || leaf.starts_with("/ext/"), "{kind}: {leaf} has no mark");
            }
            assert!(field_marks(kind).iter().all(|mark| !mark.domain.is_empty()), "{kind}");
        }
    }

    fn collect(value: &Value, path: String, leaves: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                map.iter().for_each(|(name, child)| collect(child, format!("{path}/{name}"), leaves))
            }
            Value::Array(items) => items.iter().for_each(|child| collect(child, format!("{path}/*"), leaves)),
            _ => leaves.push(path),
        }
    }
}
