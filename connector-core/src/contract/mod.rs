//! What a connector author sees and implements: [`Connector`], [`Source`] and [`Sink`].

mod change;
mod cleared;
mod connector;
mod identity;
mod manifest;
mod outcome;
mod sink;
mod source;

pub use change::{Change, Delivered, Operation};
pub(crate) use cleared::Provenance;
pub use cleared::{Clearance, Cleared, EnvelopeError};
pub use connector::{Connector, Finding, Health};
pub use identity::{Dedup, Identity};
pub use manifest::{Host, IdempotencyClass, Manifest, ManifestFault, Reads, SyncPattern, Writes};
pub use outcome::{EffectKey, Outcome, Probe, Rejection};
pub use sink::Sink;
pub use source::{Cursor, MapError, Page, ReceiveError, Source, WebhookRequest};
