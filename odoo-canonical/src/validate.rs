//! One call that says everything that is wrong with a document: for command lines, gates and editors.

use crate::{
    contract::{ContractError, ContractRule},
    envelope::Envelope,
    invariant::Violation,
    object::{Object, ObjectKind},
    schema::parse_schema_url,
};
use std::fmt;

/// One thing that is wrong with a document.
///
/// `message` may hold values of the document when the layer is [`Layer::Meaning`]; treat it like the field at `path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where, as a JSON Pointer (RFC 6901); empty for the whole document.
    pub path: String,
    /// The rule: a kind of contract rule (`unknown_field`), or the id of a rule of meaning (`BR-CO-15`).
    pub rule: &'static str,
    /// What was wanted and what was found.
    pub message: String,
    /// Whether the shape is wrong or the meaning.
    pub layer: Layer,
}

/// Which kind of rule was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// The shape: names, types, forms. Reading stops at the first one.
    Contract,
    /// The meaning: what must hold between the fields.
    Meaning,
}

/// Reads a document of a kind as strictly as a producer must write it, and lists what is wrong: the first break of the
/// contract, or else every broken rule of meaning. Empty when the document is sound.
///
/// ```
/// use odoo_canonical::{ObjectKind, validate};
///
/// let text = ObjectKind::SalesOrder.example().replace("\"gross\": \"112.76\"", "\"gross\": \"112.67\"");
/// let findings = validate(ObjectKind::SalesOrder, text.as_bytes());
/// assert_eq!(findings[0].to_string(), "BR-CO-15 at /totals/gross: expected 112.76, found 112.67");
/// ```
pub fn validate(kind: ObjectKind, bytes: &[u8]) -> Vec<Finding> {
    match Object::from_json(kind, bytes) {
        Ok(object) => object.check().into_iter().map(Finding::from).collect(),
        Err(error) => vec![error.into()],
    }
}

/// Reads an event: the envelope, and the object in it, whose kind its `dataschema` names. Paths within the object begin with
/// `/data`. Of an event whose data is elsewhere (`dataref`), only the envelope is looked at.
pub fn validate_event(bytes: &[u8]) -> Vec<Finding> {
    let envelope = match Envelope::from_json(bytes) {
        Ok(envelope) => envelope,
        Err(error) => return vec![error.into()],
    };
    // Claim check: the data is elsewhere, and is looked at by whoever fetches it.
    if envelope.data.is_none() && envelope.dataref.is_some() {
        return Vec::new();
    }
    let Some((kind, major)) = envelope.dataschema.as_ref().and_then(|url| parse_schema_url(url.as_str()))
    else {
        let message = "must name the schema of a business object".to_owned();
        let rule = ContractRule::Value.as_str();
        return vec![Finding { path: "/dataschema".to_owned(), rule, message, layer: Layer::Contract }];
    };
    if major != crate::schema::MAJOR {
        let message = format!("is version {major}; bring the data to version {} first", crate::schema::MAJOR);
        let rule = ContractRule::Value.as_str();
        return vec![Finding { path: "/dataschema".to_owned(), rule, message, layer: Layer::Contract }];
    }
    match envelope.object(kind) {
        Ok(object) => object
            .check()
            .into_iter()
            .map(|mut violation| {
                violation.path.insert_str(0, "/data");
                violation.into()
            })
            .collect(),
        Err(error) => vec![error.into()],
    }
}

impl From<ContractError> for Finding {
    fn from(error: ContractError) -> Self {
        Self { path: error.path, rule: error.rule.as_str(), message: error.detail, layer: Layer::Contract }
    }
}

impl From<Violation> for Finding {
    fn from(violation: Violation) -> Self {
        let message = format!("expected {}, found {}", violation.expected, violation.found);
        Self { path: violation.path, rule: violation.rule, message, layer: Layer::Meaning }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_empty() { "the document" } else { &self.path };
        write!(f, "{} at {place}: {}", self.rule, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_looked_at_from_the_outside_in() {
        let order = crate::sample(ObjectKind::SalesOrder, 1).unwrap();
        let mut envelope =
            Envelope::new("1".parse().unwrap(), "//acme".parse().unwrap(), "placed".parse().unwrap());
        let json = |envelope: &Envelope| envelope.to_json().unwrap();
        assert_eq!(validate_event(b"{").first().map(|finding| finding.rule), Some("syntax"));
        assert_eq!(
            validate_event(&json(&envelope)).first().map(|finding| finding.path.as_str()),
            Some("/dataschema")
        );
        envelope.set_object(&order).unwrap();
        assert_eq!(validate_event(&json(&envelope)), []);
        let text = String::from_utf8(json(&envelope)).unwrap();
        let broken = validate_event(text.replace("\"currency\":\"", "\"currency\":\"x").as_bytes());
        assert_eq!((broken[0].path.as_str(), broken[0].rule), ("/data/currency", "value"));
        let unsound = validate_event(text.replace("\"gross\":\"", "\"gross\":\"1").as_bytes());
        assert_eq!((unsound[0].path.as_str(), unsound[0].rule), ("/data/totals/gross", "BR-CO-15"));
        let old = validate_event(text.replace("/v1/", "/v0/").as_bytes());
        assert_eq!(old[0].path, "/dataschema");
    }
}
