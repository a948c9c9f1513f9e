//! What is traced and shown, and what is not. Alone in its process, since a subscriber is seen by other tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod scripted;

use std::sync::{Arc, Mutex};

use odoo_rpc::Call;
use scripted::{KEY, config, connect, rpc, v17};
use serde_json::json;

/// A subscriber that keeps everything that is traced.
#[derive(Clone, Default)]
struct Traces(Arc<Mutex<String>>);

impl tracing::field::Visit for Traces {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        self.0.lock().unwrap().push_str(&format!("{}={value:?} ", field.name()));
    }
}

impl tracing::Subscriber for Traces {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, attributes: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        attributes.record(&mut self.clone());
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, record: &tracing::span::Record<'_>) {
        record.record(&mut self.clone());
    }
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test]
async fn neither_the_key_nor_a_value_is_traced_or_shown() {
    let traces = Traces::default();
    let _guard = tracing::subscriber::set_default(traces.clone());
    let quoting = json!({"name": "odoo.exceptions.UserError", "message": format!("{KEY}?"), "debug": format!("f({KEY})")});
    let script = v17().then("/jsonrpc", 200, rpc(json!([{"name": "canary-value"}]))).then(
        "/jsonrpc",
        200,
        json!({"jsonrpc": "2.0", "error": {"code": 200, "data": quoting}}),
    );
    let (client, transport) = connect(script).await;
    let call = Call::new("res.partner", "read")
        .ids([1])
        .arg(json!(["canary-value"]))
        .context("canary", "canary-value");
    client.call(call.clone()).await.unwrap();
    let error = client.call(call.clone()).await.unwrap_err();
    let text = traces.0.lock().unwrap().clone();
    assert!(text.contains("rpc.service=res.partner") && text.contains("rpc.method=read"), "{text}");
    assert!(text.contains("odoo.protocol=\"jsonrpc\""), "{text}");
    assert!(text.contains("outcome=\"ok\"") && text.contains("outcome=UserError"), "{text}");
    let shown = format!(
        "{text} {client:?} {:?} {:?} {error} {error:?} {:?} {call:?}",
        config(),
        transport.asked.lock().unwrap(),
        error.server_traceback(),
    );
    assert!(!shown.contains(KEY) && !shown.contains("canary-value"), "{shown}");
    assert!(error.message().contains("[redacted]"));
    transport.finished();
}
