//! Flows as a user writes them: TOML or JSON.

use crate::{Error, SchemaSet, language::kind_of};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// A set of flows.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flows {
    /// What the set is called.
    pub title: String,
    /// The version of the set, not of the schemas: `1.0.0`.
    pub version: String,
    /// What the set is for.
    pub description: Option<String>,
    /// Which version of the schemas the flows use; that of the types when absent.
    #[serde(default = "SchemaSet::current")]
    pub schemas: String,
    /// Where channels live, by name.
    #[serde(default)]
    pub servers: BTreeMap<String, Server>,
    /// The flows.
    #[serde(default)]
    pub flows: Vec<Flow>,
}

/// A broker or an endpoint.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Host, and port where it is not that of the protocol.
    pub host: String,
    /// `nats`, `kafka`, `https` and so on.
    pub protocol: String,
    /// What it is for.
    pub description: Option<String>,
}

/// One object on its way from one system to another.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// What it is called; names channels and operations, so: letters, digits, `_` and `-`.
    pub name: String,
    /// Which business object travels: `sales_order`.
    pub object: String,
    /// The system that sends.
    pub from: String,
    /// The system that receives.
    pub to: String,
    /// The subject, topic or path; the event type when absent.
    pub address: Option<String>,
    /// The event type; `OBJECT.upserted.VERSION` when absent.
    #[serde(rename = "type")]
    pub event_type: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The servers on which the channel lives; all when absent.
    pub servers: Option<Vec<String>>,
}

impl Flows {
    /// Reads flows from a text; JSON when the file is called so, else TOML.
    ///
    /// # Errors
    /// When the text is neither, a field is missing or unknown.
    pub fn parse(file: &str, text: &str) -> Result<Self, Error> {
        let error = |at: String, message: String| Error::Flows { file: file.to_owned(), at, message };
        if file.ends_with(".json") {
            return serde_json::from_str(text).map_err(|source| {
                error(format!("line {}, column {}", source.line(), source.column()), source.to_string())
            });
        }
        toml::from_str(text).map_err(|source| {
            let before = source.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            error(format!("line {}", before.matches('\n').count() + 1), source.message().to_owned())
        })
    }

    pub(super) fn check(&self, file: &str) -> Result<(), Error> {
        let error = |at: String, message: String| Err(Error::Flows { file: file.to_owned(), at, message });
        if self.flows.is_empty() {
            return error("flows".to_owned(), "there is none; write one as [[flows]]".to_owned());
        }
        let mut names = BTreeSet::new();
        for (place, flow) in self.flows.iter().enumerate() {
            let at = format!("flow {} ({})", place + 1, flow.name);
            for (field, name) in [("name", &flow.name), ("from", &flow.from), ("to", &flow.to)] {
                let is_plain = |one: char| one.is_ascii_alphanumeric() || one == '_' || one == '-';
                if name.is_empty() || !name.chars().all(is_plain) {
                    return error(
                        format!("{at}: {field}"),
                        "must have letters, digits, _ and - only".to_owned(),
                    );
                }
            }
            if !names.insert(&flow.name) {
                return error(at, "the name stands twice".to_owned());
            }
            if let Err(unknown) = kind_of(&flow.object) {
                return error(format!("{at}: object"), unknown.to_string());
            }
            let missing = flow.servers.iter().flatten().find(|name| !self.servers.contains_key(*name));
            if let Some(name) = missing {
                return error(format!("{at}: servers"), format!("there is no server {name}"));
            }
        }
        Ok(())
    }
}

impl Flow {
    /// The event type of the messages.
    pub(super) fn event_type(&self, version: &str) -> String {
        self.event_type.clone().unwrap_or_else(|| format!("{}.upserted.{version}", self.object))
    }
}
