//! A connector: one external system, what it can do, and what it needs.

use std::sync::Arc;

use async_trait::async_trait;
use odoo_canonical::ObjectKind;

use super::{Manifest, Sink, Source};
use crate::context::Context;

/// One thing that [`Connector::check`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, for example `sale.order.line.product_uom_id`.
    pub subject: String,
    /// What is wrong with it and what stops working without it.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

/// The result of a check against the live system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// What answered, for example `Odoo 19.0 over JSON-2`.
    pub system: String,
    /// What would keep flows from working; empty when all is well.
    pub findings: Vec<Finding>,
}

/// One external system.
///
/// # Contract
/// The manifest is constant. `source` and `sink` return what the manifest declares under `reads` and `writes`.
#[async_trait]
pub trait Connector: Send + Sync {
    /// What this connector is, touches and needs.
    fn manifest(&self) -> &Manifest;

    /// Looks at the live system and says what is missing. Changes nothing there.
    async fn check(&self, cx: &Context) -> Health;

    /// Where changes of this object come from, if this connector reads it.
    fn source(&self, _object: ObjectKind) -> Option<Arc<dyn Source>> {
        None
    }

    /// Where effects land, if this connector writes.
    fn sink(&self) -> Option<Arc<dyn Sink>> {
        None
    }
}
