//! What this program asks odoo-canonical about the objects: the one place that knows how it answers.

use crate::Error;
use odoo_canonical::{
    Envelope, ObjectKind,
    schema::{MAJOR, parse_schema_url},
};

/// The object of a name.
pub(crate) fn kind_of(name: &str) -> Result<ObjectKind, Error> {
    let known = || ObjectKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    name.parse().map_err(|_| Error::UnknownObject { name: name.to_owned(), known: known() })
}

/// What a document says of itself: its object, and the major version of the schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stated {
    pub(crate) kind: ObjectKind,
    pub(crate) major: u32,
    /// Where it says so.
    pub(crate) path: &'static str,
}

/// What an envelope says that its data is: by its `dataschema`, else by its `type`.
pub(crate) fn stated(envelope: &Envelope) -> Option<Stated> {
    let schema = envelope.dataschema.as_ref().and_then(|url| parse_schema_url(url.as_str()));
    match schema {
        Some((kind, major)) => Some(Stated { kind, major, path: "/dataschema" }),
        None => event_type(envelope.event_type.as_str()),
    }
}

/// Reads an event type: `com.acme.sales_order.upserted.v1` is about a sales order, in version 1.
fn event_type(text: &str) -> Option<Stated> {
    let mut kinds = text.split('.').filter_map(|part| part.parse::<ObjectKind>().ok());
    let (Some(kind), None) = (kinds.next(), kinds.next()) else {
        return None;
    };
    let version = text.rsplit('.').next().and_then(|last| last.strip_prefix('v')?.parse().ok());
    Some(Stated { kind, major: version.unwrap_or(MAJOR), path: "/type" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_type_names_its_object_and_version() {
        let read = |text: &str| event_type(text).map(|stated| (stated.kind, stated.major));
        assert_eq!(read("com.acme.sales_order.upserted.v1"), Some((ObjectKind::SalesOrder, 1)));
        assert_eq!(read("item.upserted"), Some((ObjectKind::Item, MAJOR)));
        assert_eq!(read("item.upserted.v9"), Some((ObjectKind::Item, 9)));
        assert_eq!(read("party.item.linked.v1"), None);
        assert_eq!(read("com.acme.order.placed.v1"), None);
    }
}
