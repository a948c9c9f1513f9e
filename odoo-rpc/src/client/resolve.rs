//! Names for arguments given by position, where JSON-2 wants names and the table of Odoo's own methods does not have them.
//!
//! Three sources, in this order: the table (`positional.rs`), the server's documentation of the model (`/doc-bearer/MODEL.json`, which needs the
//! group `api_doc.group_allow_doc`), and the server's own words when it refuses a call (an addon that renamed an argument).
//! Source: `addons/api_doc/controllers/api_doc.py` and `addons/rpc/controllers/json2.py` of 19.0.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Client;
use crate::call::Call;
use crate::capability::Capability;
use crate::error::{Delivery, Error, ErrorKind};
use crate::positional;
use crate::protocol::ProtocolKind;
use crate::transport::HttpMethod;

impl Client {
    /// Learns the names of the call's arguments, where the table does not have them but the server may.
    pub(super) async fn resolve(&self, call: &Call, left: Duration) {
        if self.protocol.kind() == ProtocolKind::Json2
            && positional::lacks_names(call, &self.session.signatures)
            && self.has(Capability::Documentation)
            && !self.session.signatures.asked(&call.model)
        {
            self.ask_for_signatures(call, left).await;
        }
    }

    /// What fails here fails the call itself with a better message, so it is only traced.
    async fn ask_for_signatures(&self, call: &Call, left: Duration) {
        let mut request = self.session.request(
            HttpMethod::Get,
            &format!("/doc-bearer/{}.json", call.model),
            "application/json",
            Vec::new(),
        );
        request.headers.push(("Authorization", format!("bearer {}", self.session.key.expose())));
        request.headers.push(("X-Odoo-Database", self.session.database.clone()));
        request.timeout = left;
        let response = match self.send_raw("doc", request).await {
            Ok(response) if matches!(response.status, 200 | 403 | 404) => response,
            // What may pass is asked again with the next call.
            _ => return,
        };
        let page = match response.status {
            200 => serde_json::from_slice::<Page>(&response.body).ok(),
            _ => None,
        };
        if page.is_none() {
            tracing::debug!(model = call.model, "the server does not tell the arguments of its methods");
        }
        let positional = |method: Method| {
            let names = method.parameters.into_iter().take_while(|(_, parameter)| parameter.kind.is_none());
            names.map(|(name, _)| name).collect()
        };
        let methods = page.map(|page| page.methods).unwrap_or_default();
        let methods = methods.into_iter().map(|(name, method)| (name, positional(method)));
        self.session.signatures.learn(&call.model, methods.collect());
    }

    /// Whether an argument has another name on this server, which its refusal tells. Only where there is no choice which one: the call has one
    /// argument by position.
    pub(super) fn learn_name(&self, call: &Call, error: &Error) -> bool {
        let refused = error.kind() == ErrorKind::BadArguments && error.delivery() == Delivery::Rejected;
        let name = error
            .message()
            .strip_prefix("missing a required argument: '")
            .and_then(|rest| rest.strip_suffix('\''));
        match name {
            Some(name)
                if refused
                    && matches!(call.method.as_str(), "create" | "write")
                    && call.args.len() == 1
                    && self.protocol.kind() == ProtocolKind::Json2 =>
            {
                self.session.signatures.learn_first(&call.model, &call.method, name)
            }
            _ => false,
        }
    }
}

#[derive(Deserialize)]
struct Page {
    #[serde(deserialize_with = "ordered")]
    methods: Vec<(String, Method)>,
}

#[derive(Deserialize)]
struct Method {
    #[serde(default, deserialize_with = "ordered")]
    parameters: Vec<(String, Parameter)>,
}

#[derive(Deserialize)]
struct Parameter {
    /// Absent for the usual kind, which takes a position and a name.
    kind: Option<IgnoredAny>,
}

/// Reads an object in the order in which it is written, which is that of the positions.
fn ordered<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(String, T)>, D::Error> {
    deserializer.deserialize_map(Ordered(PhantomData))
}

struct Ordered<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Ordered<T> {
    type Value = Vec<(String, T)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = map.next_entry()? {
            list.push(entry);
        }
        Ok(list)
    }
}
