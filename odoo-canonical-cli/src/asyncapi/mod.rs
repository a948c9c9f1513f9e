//! Flows as an AsyncAPI 3.0 document: what travels, on which channel, from whom to whom, in which shape.

mod document;
mod flows;
mod schemas;

pub use flows::{Flow, Flows, Server};

use crate::{Error, SchemaSet};
use serde_json::Value;

/// How the schemas of messages are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Schemas {
    /// In the document, in draft-07, which is what AsyncAPI itself speaks.
    #[default]
    Embedded,
    /// By their URL, in draft 2020-12.
    Referenced,
}

/// The document of a set of flows. `file` is what the flows are called in errors.
///
/// # Errors
/// When a flow names no business object or no version that is built in, or two flows have one name.
pub fn asyncapi(file: &str, flows: &Flows, schemas: Schemas) -> Result<Value, Error> {
    let set = SchemaSet::embedded(&flows.schemas)?;
    flows.check(file)?;
    Ok(document::document(flows, &set, schemas))
}
