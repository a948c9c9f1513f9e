//! The AsyncAPI 3.0 document.

use super::{Flow, Flows, Schemas, schemas};
use crate::SchemaSet;
use odoo_canonical::ObjectKind;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The media type of CloudEvents in JSON, structured mode.
const MEDIA_TYPE: &str = "application/cloudevents+json";

pub(super) fn document(flows: &Flows, set: &SchemaSet, schemas: Schemas) -> Value {
    let objects: BTreeSet<&str> = flows.flows.iter().map(|flow| flow.object.as_str()).collect();
    let (mut channels, mut operations, mut messages) = (Map::new(), Map::new(), Map::new());
    for flow in &flows.flows {
        channels.insert(flow.name.clone(), channel(flow, flows));
        messages.insert(flow.name.clone(), message(flow, flows, set, schemas));
        for (action, system) in [("send", &flow.from), ("receive", &flow.to)] {
            operations.insert(format!("{system}.{action}.{}", flow.name), operation(flow, action, system));
        }
    }
    let mut components = Map::from_iter([("messages".to_owned(), Value::Object(messages))]);
    if schemas == Schemas::Embedded {
        let names = objects.iter().copied().chain(["envelope"]);
        components.insert("schemas".to_owned(), Value::Object(schemas::embedded(names)));
    }
    let mut document = json!({
        "asyncapi": "3.0.0",
        "info": described(json!({ "title": flows.title, "version": flows.version }), flows.description.as_ref()),
        "defaultContentType": MEDIA_TYPE,
        "channels": channels,
        "operations": operations,
        "components": components,
    });
    if let (false, Some(document)) = (flows.servers.is_empty(), document.as_object_mut()) {
        let server = |server: &super::Server| {
            described(
                json!({ "host": server.host, "protocol": server.protocol }),
                server.description.as_ref(),
            )
        };
        let servers = flows.servers.iter().map(|(name, one)| (name.clone(), server(one))).collect();
        document.insert("servers".to_owned(), Value::Object(servers));
    }
    document.sort_all_objects();
    document
}

fn channel(flow: &Flow, flows: &Flows) -> Value {
    let address = flow.address.clone().unwrap_or_else(|| flow.event_type(&flows.schemas));
    let name = &flow.name;
    let mut channel = json!({
        "address": address,
        "messages": { name: { "$ref": format!("#/components/messages/{name}") } },
    });
    if let (Some(servers), Some(channel)) = (&flow.servers, channel.as_object_mut()) {
        let reference = |name: &String| json!({ "$ref": format!("#/servers/{name}") });
        channel.insert("servers".to_owned(), servers.iter().map(reference).collect());
    }
    described(channel, flow.description.as_ref())
}

fn operation(flow: &Flow, action: &str, system: &str) -> Value {
    let name = &flow.name;
    let mut tags = vec![json!({ "name": system })];
    tags.extend(flow.owner.iter().map(|owner| json!({ "name": format!("owner:{owner}") })));
    json!({
        "action": action,
        "channel": { "$ref": format!("#/channels/{name}") },
        "messages": [{ "$ref": format!("#/channels/{name}/messages/{name}") }],
        "summary": format!("{} {}s {}", system, action, flow.object),
        "tags": tags,
    })
}

fn message(flow: &Flow, flows: &Flows, set: &SchemaSet, schemas: Schemas) -> Value {
    let event_type = flow.event_type(&flows.schemas);
    let payload = schemas::payload(&flow.object, &event_type, set, schemas);
    let example = flow.object.parse::<ObjectKind>().ok().map(|kind| example(flow, kind, &event_type, set));
    let message = json!({
        "name": event_type,
        "title": format!("{} from {} to {}", flow.object, flow.from, flow.to),
        "contentType": MEDIA_TYPE,
        "correlationId": {
            "description": "What the message belongs to.",
            "location": "$message.payload#/correlationid",
        },
        "payload": payload,
        "examples": example.into_iter().collect::<Vec<_>>(),
    });
    described(message, flow.description.as_ref())
}

fn example(flow: &Flow, kind: ObjectKind, event_type: &str, set: &SchemaSet) -> Value {
    // An example that is not JSON fails a test of odoo-canonical.
    let data: Value = serde_json::from_str(kind.example()).unwrap_or_default();
    json!({
        "name": "example",
        "payload": {
            "specversion": "1.0",
            "id": "0193568c-0000-7000-8000-000000000001",
            "source": format!("//example/{}", flow.from),
            "type": event_type,
            "datacontenttype": "application/json",
            "dataschema": set.schemas.get(&flow.object).and_then(|schema| schema.get("$id")),
            "subject": data.get("key"),
            "data": data,
        },
    })
}

fn described(mut value: Value, description: Option<&String>) -> Value {
    if let (Some(map), Some(text)) = (value.as_object_mut(), description) {
        map.insert("description".to_owned(), json!(text));
    }
    value
}
